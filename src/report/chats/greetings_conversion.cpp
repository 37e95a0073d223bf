// greetings_conversion: what became of the greetings: shown, dismissed, answered by a chat, ended
// in a goal. Each counts at its own time.

#include <fmt/format.h>

#include <map>

#include "report/chats/reports.h"

namespace chatreports::report::chats {
namespace {

Result<std::vector<Plan>> plans(const Query& query) {
  Result<Plan> accepted = plan_by_bucket(
      query, ChatsSource{Field{Field::Kind::greeting, {}, {}}, {{Column::count, {}}}});
  if (!accepted) return std::unexpected(accepted.error());
  // Filters of chats say nothing of a greeting that nobody has answered yet.
  Plan events{query.license, GreetingEventsSource{}, false, {}, accepted->buckets};
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

Report report(const Query&, std::span<const Plan> plans, std::span<const Table> tables) {
  const auto& accepted = std::get<std::vector<ChatsCell>>(tables[0]);
  const auto& events = std::get<std::vector<GreetingEventsCell>>(tables[1]);
  const std::vector<std::string>& keys = plans[0].buckets.keys();
  std::vector<std::map<std::int64_t, Conversion>> buckets(keys.size());
  for (const ChatsCell& cell : accepted) {
    buckets[cell.bucket][std::get<std::int64_t>(*cell.group)].accepted =
        static_cast<std::int64_t>(cell.figures[0]);
  }
  for (const GreetingEventsCell& cell : events) {
    Conversion& conversion = buckets[cell.bucket][cell.greeting_id];
    conversion.canceled = cell.canceled;
    conversion.displayed = cell.displayed;
    conversion.goals = cell.goals;
  }
  Report answer{"greetings-conversion-report", total_of(accepted, 0), {}};
  for (std::size_t bucket = 0; bucket < keys.size(); ++bucket) {
    answer.records.push_back({keys[bucket], entries_of(buckets[bucket])});
  }
  return answer;
}

}  // namespace

Definition greetings_conversion() {
  return {"chats", "greetings_conversion", "greetings-conversion-report", plans, report};
}

}  // namespace chatreports::report::chats
