#include "report/query.h"

namespace chatreports::report {

Predicate predicate_of(const Field& field, const SetFilter& filter) {
  if (filter.kind == SetFilter::Kind::exists) return {!filter.exists, Exists{field}};
  const bool negated = filter.kind == SetFilter::Kind::exclude_values;
  if (filter.require_every_value) return {negated, HasEvery{field, filter.values}};
  return {negated, HasAny{field, filter.values}};
}

Predicate predicate_of(const Filters& filters) {
  All all;
  const auto add = [&all](Field::Kind kind, const std::optional<SetFilter>& filter) {
    if (filter) all.predicates.push_back(predicate_of(Field{kind, {}, {}}, *filter));
  };
  add(Field::Kind::agent, filters.agents);
  add(Field::Kind::tag, filters.tags);
  add(Field::Kind::group, filters.groups);
  return {false, std::move(all)};
}

}  // namespace chatreports::report
