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

constexpr std::array<Name<Dimension>, 10> dimension_names = {
    {{"bucket", Dimension::bucket},
     {"agent", Dimension::agent},
     {"tag", Dimension::tag},
     {"group", Dimension::group},
     {"greeting", Dimension::greeting},
     {"form", Dimension::form},
     {"field", Dimension::field},
     {"answer", Dimension::answer},
     {"queue outcome", Dimension::queue_outcome},
     {"chat", Dimension::chat}}};

}  // namespace

std::string_view name_of(Unit unit) {
  return name_in(unit_names, unit);
}

std::string_view name_of(Dimension dimension) {
  return name_in(dimension_names, dimension);
}

}  // namespace chatreports::report
