// response_time and first_response_time: how long customers waited, on the mean, over the chats in
// which somebody answered.

#include "report/chats/reports.h"

namespace chatreports::report::chats {
namespace {

Result<std::vector<Plan>> plans(const Query& query, Column column) {
  const Predicate answered{false, Exists{{Field::Kind::first_responder, {}, {}}}};
  Result<Plan> plan =
      plan_by_bucket(query, ChatsSource{std::nullopt, {count_where(answered), {column, {}}}});
  if (!plan) return std::unexpected(plan.error());
  return std::vector{*std::move(plan)};
}

Report report(std::string_view name, std::string_view key, std::span<const Plan> plans,
              std::span<const Table> tables, Allowance& allowance) {
  const auto& cells = std::get<ChatsTable>(tables[0]);
  Report answer{name, total_of(cells, 0), {}};
  answer.records = entries_by_bucket(
      plans[0].buckets.keys(), cells,
      [key](std::span<const Sum> figures) {
        constexpr Sum microseconds_per_hundredth = microseconds_per_second / 100;
        const std::int64_t mean = rounded_mean(figures[1], figures[0] * microseconds_per_hundredth);
        return Entries{{"count", Figure(static_cast<std::int64_t>(figures[0]))},
                       {std::string(key), Figure(Hundredths{mean})}};
      },
      allowance);
  return answer;
}

}  // namespace

Definition response_time() {
  return {"chats",
          "response_time",
          "response-time-report",
          [](const Query& query) { return plans(query, Column::response_time); },
          [](const Query&, std::span<const Plan> plans, std::span<const Table> tables,
             Allowance& allowance) {
            return report("response-time-report", "response_time", plans, tables, allowance);
          },
          16};
}

Definition first_response_time() {
  return {"chats",
          "first_response_time",
          "first-response-time-report",
          [](const Query& query) { return plans(query, Column::first_response_time); },
          [](const Query&, std::span<const Plan> plans, std::span<const Table> tables,
             Allowance& allowance) {
            return report("first-response-time-report", "first_response_time", plans, tables,
                          allowance);
          },
          16};
}

}  // namespace chatreports::report::chats
