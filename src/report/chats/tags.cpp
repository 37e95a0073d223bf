// tags: how many chats carry each tag.

#include "report/chats/reports.h"

namespace chatreports::report::chats {
namespace {

Result<std::vector<Plan>> plans(const Query& query) {
  const Measure count{Column::count, {}};
  Result<Plan> by_tag =
      plan_by_bucket(query, ChatsSource{Field{Field::Kind::tag, {}, {}}, {count}});
  if (!by_tag) return std::unexpected(by_tag.error());
  Plan all = plan_of_whole_range(query, ChatsSource{std::nullopt, {count}});
  return std::vector{*std::move(by_tag), std::move(all)};
}

Report report(const Query&, std::span<const Plan> plans, std::span<const Table> tables,
              Allowance& allowance) {
  const auto& cells = std::get<ChatsTable>(tables[0]);
  const auto& all = std::get<ChatsTable>(tables[1]);
  Report answer{"tags-report", total_of(all, 0), {}};
  std::size_t next = 0;
  Steps steps(allowance);
  const std::vector<std::string>& keys = plans[0].buckets.keys();
  for (std::uint32_t bucket = 0; bucket < keys.size(); ++bucket) {
    Entries tags;
    if (steps.take(steps_a_line)) break;
    for (; next < cells.size() && cells[next].bucket == bucket; ++next) {
      if (steps.take(steps_a_line)) break;
      const ChatsCell cell = cells[next];
      tags.push_back(
          {std::get<std::string>(*cell.group), Figure(static_cast<std::int64_t>(cell.figures[0]))});
    }
    answer.records.push_back({keys[bucket], std::move(tags)});
  }
  return answer;
}

}  // namespace

Definition tags() {
  return {"chats", "tags", "tags-report", plans, report, 16};
}

}  // namespace chatreports::report::chats
