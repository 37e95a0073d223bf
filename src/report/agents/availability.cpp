// availability: how long at least one of the chosen agents was accepting chats.

#include "report/agents/reports.h"

namespace chatreports::report::agents {
namespace {

constexpr std::int64_t microseconds_per_minute = 60 * microseconds_per_second;

// Chat filters say nothing of the time that agents wait for chats.
Result<std::vector<Plan>> plans(const Query& query) {
  Result<Buckets> buckets = buckets_of(query);
  if (!buckets) return std::unexpected(buckets.error());
  All chosen{{agents_with_row(query.filters.agents)}};
  if (query.filters.groups) {
    chosen.predicates.push_back(
        predicate_of(Field{Field::Kind::group, {}, {}}, *query.filters.groups));
  }
  return std::vector{Plan{query.license,
                          StatusTimesSource{chat::AgentStatus::accepting_chats, false, query.now},
                          false, Predicate{false, std::move(chosen)}, *std::move(buckets)}};
}

Report report(const Query& query, std::span<const Plan> plans, std::span<const Table> tables,
              Allowance& allowance) {
  const bool by_hour = query.distribution == Distribution::hour;
  const std::string unit = by_hour ? "minutes" : "hours";
  const std::int64_t length = by_hour ? microseconds_per_minute : 60 * microseconds_per_minute;
  const auto in_unit = [length](Sum time) { return Hundredths{rounded_mean(time * 100, length)}; };
  Report answer{"availability-report", std::nullopt, {}};
  Steps steps(allowance);
  for (const std::string& key : plans[0].buckets.keys()) {
    if (steps.take(steps_a_line)) return answer;
    answer.records.push_back({key, Entries{{unit, Figure(Hundredths{})}}});
  }
  Sum total = 0;
  for (const TimesCell& cell : std::get<std::vector<TimesCell>>(tables[0])) {
    total += cell.time.microseconds;
    answer.records[cell.bucket].value =
        Entries{{unit, Figure(in_unit(Sum{cell.time.microseconds}))}};
  }
  answer.total = in_unit(total);
  return answer;
}

}  // namespace

Definition availability() {
  return {"agents", "availability", "availability-report", plans, report, 16};
}

}  // namespace chatreports::report::agents
