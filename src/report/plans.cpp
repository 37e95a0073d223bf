#include "report/plans.h"

#include <algorithm>

namespace chatreports::report {

Result<Buckets> buckets_of(const Query& query) {
  return Buckets::make(query.zone, query.range, query.distribution, query.max_buckets);
}

Result<Plan> plan_by_bucket(const Query& query, ChatsSource source) {
  Result<Buckets> buckets = buckets_of(query);
  if (!buckets) return std::unexpected(buckets.error());
  return Plan{query.license, std::move(source), query.picked_by != PickedBy::start,
              predicate_of(query.filters), *std::move(buckets)};
}

Plan plan_of_whole_range(const Query& query, Source source) {
  return Plan{query.license, std::move(source), query.picked_by != PickedBy::start,
              predicate_of(query.filters), Buckets::whole(query.range)};
}

Measure count_where(Predicate where) {
  return {Column::count, std::move(where)};
}

Predicate rated(chat::Rating rating) {
  return Predicate::that(HasAny{Field::rating(), {static_cast<std::int64_t>(rating)}});
}

Predicate has_response() {
  return Predicate::that(Exists{Field::first_responder()});
}

bool has_row(const std::vector<SetFilter>& agents, const Value& agent_id) {
  return std::ranges::all_of(agents, [&agent_id](const SetFilter& filter) {
    if (filter.kind == SetFilter::Kind::exists) return true;
    const bool named = std::ranges::binary_search(filter.values, agent_id);
    return named == (filter.kind == SetFilter::Kind::values);
  });
}

Predicate agents_with_row(const std::vector<SetFilter>& agents) {
  All all;
  for (const SetFilter& filter : agents) {
    if (filter.kind == SetFilter::Kind::exists) continue;
    all.predicates.push_back(
        {filter.kind == SetFilter::Kind::exclude_values, HasAny{Field::agent(), filter.values}});
  }
  return Predicate::that(std::move(all));
}

Predicate members_of(const std::vector<SetFilter>& groups) {
  All all;
  for (const SetFilter& filter : groups) {
    all.predicates.push_back(predicate_of(Field::group(), filter));
  }
  return Predicate::that(std::move(all));
}

}  // namespace chatreports::report
