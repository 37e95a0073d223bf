// duration: how long chats last, and how long agents are in them, on the mean.

#include "report/chats/reports.h"

namespace chatreports::report::chats {
namespace {

Result<std::vector<Plan>> plans(const Query& query) {
  Result<Plan> plan = plan_by_bucket(query, ChatsSource{std::nullopt,
                                                        {{Column::count, {}},
                                                         {Column::agents_chatting_duration, {}},
                                                         {Column::duration, {}}}});
  if (!plan) return std::unexpected(plan.error());
  return std::vector{*std::move(plan)};
}

Report report(const Query&, std::span<const Plan> plans, std::span<const Table> tables,
              Allowance& allowance) {
  const auto& cells = std::get<ChatsTable>(tables[0]);
  Report answer{"duration-report", total_of(cells, 0), {}};
  answer.records = entries_by_bucket(
      plans[0].buckets.keys(), cells,
      [](std::span<const Sum> figures) {
        const Sum seconds = figures[0] * microseconds_per_second;
        return Entries{{"agents_chatting_duration", Figure(rounded_mean(figures[1], seconds))},
                       {"count", Figure(static_cast<std::int64_t>(figures[0]))},
                       {"duration", Figure(rounded_mean(figures[2], seconds))}};
      },
      allowance);
  return answer;
}

}  // namespace

Definition duration() {
  return {"chats", "duration", "duration-report", plans, report, 16};
}

}  // namespace chatreports::report::chats
