// greetings_conversion: what became of the greetings: shown, dismissed, answered by a chat, ended
// in a goal. Each counts at its own time.

#include <fmt/format.h>

#include <map>

#include "report/assembler.h"
#include "report/bucket_keys.h"
#include "report/plans.h"
#include "report/reports.h"

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
    all.predicates.push_back(predicate_of(Field::greeting(), *filter.ids));
  }
  if (filter.groups) {
    all.predicates.push_back(predicate_of(Field::group(), *filter.groups));
  }
  plan.predicate = Predicate::that(std::move(all));
  return plan;
}

Result<std::vector<Plan>> plans(const Query& asked) {
  Query query = asked;
  // Here the range picks each figure by its own time: chats by their start, whatever gave the
  // range.
  if (query.picked_by == PickedBy::greeting_sent) query.filters.greetings->sent_at.reset();
  query.picked_by = PickedBy::start;
  Result<Plan> accepted =
      plan_by_bucket(query, ChatsSource{Field::greeting(), {{Column::count, {}}}});
  if (!accepted) return std::unexpected(accepted.error());
  Plan events = plan_of_events(query, accepted->buckets);
  return std::vector{*std::move(accepted), std::move(events)};
}

// The numbers of a greeting, in the order of the figures.
using Conversion = std::array<std::int64_t, 4>;
enum : std::size_t { accepted, canceled, displayed, goals };

Entries entries_of(const Definition& definition,
                   const std::map<std::int64_t, Conversion>& greetings) {
  Entries entries;
  for (const auto& [greeting_id, conversion] : greetings) {
    Entries figures;
    figures.reserve(conversion.size());
    for (std::size_t at = 0; at < conversion.size(); ++at) {
      figures.push_back({std::string(definition.figures[at].key), Number(conversion[at])});
    }
    entries.push_back({fmt::to_string(greeting_id), std::move(figures)});
  }
  return entries;
}

Report report(const Definition& definition, const Query&, std::span<const Plan> plans,
              std::span<const Table> tables, Allowance& allowance) {
  const Buckets& buckets = plans[0].buckets;
  std::vector<std::map<std::int64_t, Conversion>> conversions(buckets.size());
  std::int64_t total = 0;
  Steps steps(allowance);
  for (const ChatsCell cell : std::get<ChatsTable>(tables[0])) {
    if (steps.take(steps_per_entry)) break;
    const auto chats = static_cast<std::int64_t>(cell.figures[0]);
    conversions[cell.bucket][std::get<std::int64_t>(*cell.group)][accepted] = chats;
    total += chats;
  }
  for (const GreetingEventsCell& cell : std::get<std::vector<GreetingEventsCell>>(tables[1])) {
    if (steps.take(steps_per_entry)) break;
    Conversion& conversion = conversions[cell.bucket][cell.greeting_id];
    conversion[canceled] = cell.canceled;
    conversion[displayed] = cell.displayed;
    conversion[goals] = cell.goals;
  }
  Report answer{&definition, definition.figures, Number(total)};
  for (std::uint32_t bucket = 0; bucket < buckets.size(); ++bucket) {
    if (steps.take(steps_per_entry * (1 + conversions[bucket].size()))) break;
    answer.records.push_back(
        {bucket_key(buckets, bucket), entries_of(definition, conversions[bucket])});
  }
  return answer;
}

}  // namespace

Definition greetings_conversion() {
  return {
      .resource = "chats",
      .action = "greetings_conversion",
      .name = "greetings-conversion-report",
      .meaning = "The outcome of greetings.",
      .dimensions = {Dimension::bucket, Dimension::greeting},
      .figures = {{.key = "accepted", .meaning = "chats that began with the greeting"},
                  {.key = "canceled",
                   .meaning = "greetings that customers dismissed",
                   .unit = Unit::events},
                  {.key = "displayed",
                   .meaning = "greetings that customers were shown",
                   .unit = Unit::events},
                  {.key = "goals",
                   .meaning = "greetings that led to a goal",
                   .unit = Unit::events}},
      .total = Figure{.meaning = "sum of `accepted`"},
      .least_cell_bytes = 56,
      .own_shape = OwnShape{plans, report},
  };
}

}  // namespace chatreports::report::chats
