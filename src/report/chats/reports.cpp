#include "report/chats/reports.h"

namespace chatreports::report::chats {

Result<Plan> plan_by_bucket(const Query& query, ChatsSource source) {
  Result<Buckets> buckets = Buckets::make(query.zone, query.range, query.distribution);
  if (!buckets) return std::unexpected(buckets.error());
  return Plan{query.license, std::move(source), query.picked_by != PickedBy::start,
              predicate_of(query.filters), *std::move(buckets)};
}

Plan plan_of_whole_range(
    const Query& query, std::variant<ChatsSource, SubmissionsSource, GreetingEventsSource> source) {
  return Plan{query.license, std::move(source), query.picked_by != PickedBy::start,
              predicate_of(query.filters), Buckets::whole(query.range)};
}

Measure count_where(Predicate where) {
  return {Column::count, std::move(where)};
}

Predicate rated(std::int64_t score) {
  return {false, HasAny{{Field::Kind::property, "rating", "score"}, {score}}};
}

}  // namespace chatreports::report::chats
