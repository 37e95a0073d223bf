#include "report/figure.h"

#include <array>

namespace chatreports::report {

std::string_view name_of(Unit unit) {
  constexpr std::array<std::string_view, 7> names = {"chats",   "submissions", "events", "seconds",
                                                     "minutes", "hours",       "score"};
  return names[static_cast<std::size_t>(unit)];
}

std::string_view name_of(Dimension dimension) {
  constexpr std::array<std::string_view, 8> names = {"bucket",   "agent", "tag",   "group",
                                                     "greeting", "form",  "field", "answer"};
  return names[static_cast<std::size_t>(dimension)];
}

}  // namespace chatreports::report
