// greetings_conversion: what became of the greetings: shown, dismissed, answered by a chat, ended
// in a goal. Each counts at its own time.

#include <fmt/format.h>

#include <map>

#include "report/chats/reports.h"

namespace chatreports::report::chats {
namespace {

// Filters of chats say nothing of a greeting that nobody has answered yet; those of greetings do.
Plan plan_of_events(const Query& query, const Buckets& buckets) {
  Plan plan{query.license, GreetingEventsSource{}, false, {}, buckets};
  if (!query.filters.greetings) return plan;
  const GreetingsFilter& filter = *query.filters.greetings;
  plan.source = GreetingEventsSource{filter.sent_at};
  All all;
  if (filter.ids) {
    all.predicates.push_back(predicate_of(Field{Field::Kind::greeting, {}, {}}, *filter.ids));
  }
  if (filter.groups) {
    all.predicates.push_back(predicate_of(Field{Field::Kind::group, {}, {}}, *filter.groups));
  }
  plan.predicate = {false, std::move(all)};
  return plan;
}

Result<std::vector<Plan>> plans(const Query& asked) {
  Query query = asked;
  // Here the range picks each figure by its own time: chats by their start, whatever gave the
  // range.
  if (query.picked_by == PickedBy::greeting_sent) query.filters.greetings->sent_at.reset();
  query.picked_by = PickedBy::start;
  Result<Plan> accepted = plan_by_bucket(
      query, ChatsSource{Field{Field::Kind::greeting, {}, {}}, {{Column::count, {}}}});
  if (!accepted) return std::unexpected(accepted.error());
  Plan events = plan_of_events(query, accepted->buckets);
  return std::vector{*std::move(accepted), std::move(events)};
}

struct Conversion {
  std::int64_t accepted = 0;
  std::int64_t canceled = 0;
  std::int64_t displayed = 0;
  std::int64_t goals = 0;
};

Entries entries_of(const std::map<std::int64_t, Conversion>& greetings) {
  Entries entries;
  for (const auto& [greeting_id, conversion] : greetings) {
    entries.push_back(
        {fmt::to_string(greeting_id), Entries{{"accepted", Figure(conversion.accepted)},
                                              {"canceled", Figure(conversion.canceled)},
                                              {"displayed", Figure(conversion.displayed)},
                                              {"goals", Figure(conversion.goals)}}});
  }
  return entries;
}

Report report(const Query&, std::span<const Plan> plans, std::span<const Table> tables,
              Allowance& allowance) {
  const auto& accepted = std::get<ChatsTable>(tables[0]);
  const auto& events = std::get<std::vector<GreetingEventsCell>>(tables[1]);
  const std::vector<std::string>& keys = plans[0].buckets.keys();
  std::vector<std::map<std::int64_t, Conversion>> buckets(keys.size());
  Steps steps(allowance);
  for (const ChatsCell cell : accepted) {
    if (steps.take(steps_a_line)) break;
    buckets[cell.bucket][std::get<std::int64_t>(*cell.group)].accepted =
        static_cast<std::int64_t>(cell.figures[0]);
  }
  for (const GreetingEventsCell& cell : events) {
    if (steps.take(steps_a_line)) break;
    Conversion& conversion = buckets[cell.bucket][cell.greeting_id];
    conversion.canceled = cell.canceled;
    conversion.displayed = cell.displayed;
    conversion.goals = cell.goals;
  }
  Report answer{"greetings-conversion-report", total_of(accepted, 0), {}};
  for (std::size_t bucket = 0; bucket < keys.size(); ++bucket) {
    if (steps.take(steps_a_line * (1 + buckets[bucket].size()))) break;
    answer.records.push_back({keys[bucket], entries_of(buckets[bucket])});
  }
  return answer;
}

}  // namespace

Definition greetings_conversion() {
  return {"chats", "greetings_conversion", "greetings-conversion-report", plans, report, 56};
}

}  // namespace chatreports::report::chats
