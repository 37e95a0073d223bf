#include "report/figure.h"

#include <array>

#include "base/names.h"

namespace chatreports::report {
namespace {

constexpr std::array<Name<Unit>, 8> unit_names = {{{"chats", Unit::chats},
                                                   {"submissions", Unit::submissions},
                                                   {"events", Unit::events},
                                                   {"seconds", Unit::seconds},
                                                   {"minutes", Unit::minutes},
                                                   {"hours", Unit::hours},
                                                   {"score", Unit::score},
                                                   {"pages", Unit::pages}}};

constexpr std::array<Name<Dimension>, 12> dimension_names = {
    {{"bucket", Dimension::bucket},
     {"agent", Dimension::agent},
     {"tag", Dimension::tag},
     {"group", Dimension::group},
     {"greeting", Dimension::greeting},
     {"form", Dimension::form},
     {"field", Dimension::field},
     {"answer", Dimension::answer},
     {"queue outcome", Dimension::queue_outcome},
     {"chat", Dimension::chat},
     {"country", Dimension::country},
     {"first responder", Dimension::first_responder}}};

}  // namespace

std::string_view name_of(Unit unit) {
  return name_in(unit_names, unit);
}

std::string_view name_of(Dimension dimension) {
  return name_in(dimension_names, dimension);
}

std::string_view key_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::queue_outcome:
      return "queue_outcome";
    case Dimension::first_responder:
      return "first_responder";
    default:
      return name_of(dimension);
  }
}

}  // namespace chatreports::report
