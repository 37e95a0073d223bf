#include "report/grouping.h"

#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "report/catalogue.h"

namespace chatreports::report {
namespace {

constexpr std::array groupings = {Dimension::agent,    Dimension::tag,
                                  Dimension::group,    Dimension::country,
                                  Dimension::greeting, Dimension::first_responder};

using Grouped = std::map<std::pair<std::string_view, Dimension>, Definition>;

Grouped all_grouped() {
  Grouped all;
  for (const Definition& definition : catalogue()) {
    for (const Dimension dimension : groupings_of(definition)) {
      Definition& grouped =
          all.emplace(std::pair(definition.name, dimension), definition).first->second;
      grouped.dimensions.push_back(dimension);
    }
  }
  return all;
}

}  // namespace

std::span<const Dimension> groupings_of(const Definition& definition) {
  if (definition.own_shape || definition.dimensions != std::vector{Dimension::bucket}) return {};
  return groupings;
}

std::span<const Dimension> all_groupings() {
  return groupings;
}

const Definition& grouped_by(const Definition& definition, Dimension dimension) {
  static const Grouped all = all_grouped();
  return all.at({definition.name, dimension});
}

}  // namespace chatreports::report
