#include "report/chats/counters.h"

namespace chatreports::report::chats {

Result<std::vector<Plan>> plan_counters(const Query& query, const std::vector<Counter>& counters) {
  ChatsSource source{std::nullopt, {{Column::count, {}}}};
  for (const Counter& counter : counters) {
    if (counter.where) source.measures.push_back(count_where(*counter.where));
  }
  Result<Plan> plan = plan_by_bucket(query, std::move(source));
  if (!plan) return std::unexpected(plan.error());
  return std::vector{*std::move(plan)};
}

Report report_counters(std::string_view name, const std::vector<Counter>& counters,
                       std::span<const Plan> plans, std::span<const Table> tables,
                       Allowance& allowance) {
  const auto& cells = std::get<ChatsTable>(tables[0]);
  Report answer{name, total_of(cells, 0), {}};
  answer.records = entries_by_bucket(
      plans[0].buckets.keys(), cells,
      [&counters](std::span<const Sum> figures) {
        Entries entries;
        std::size_t next = 1;
        for (const Counter& counter : counters) {
          const auto count = static_cast<std::int64_t>(figures[counter.where ? next++ : 0]);
          if (count > 0) entries.push_back({std::string(counter.key), Figure(count)});
        }
        return entries;
      },
      allowance);
  return answer;
}

}  // namespace chatreports::report::chats
