// ranking: how the chats of each agent were rated.

#include <cmath>

#include "report/chats/ranking_score.h"
#include "report/chats/reports.h"

namespace chatreports::report::chats {
namespace {

Result<std::vector<Plan>> plans(const Query& query) {
  return std::vector{plan_of_whole_range(
      query, ChatsSource{
                 Field{Field::Kind::agent, {}, {}},
                 {count_where(rated(chat::Rating::good)), count_where(rated(chat::Rating::bad))}})};
}

Entry entry_of(const ChatsCell& cell) {
  const auto good = static_cast<std::int64_t>(cell.figures[0]);
  const auto bad = static_cast<std::int64_t>(cell.figures[1]);
  return {std::get<std::string>(*cell.group), Entries{{"bad", Figure(bad)},
                                                      {"good", Figure(good)},
                                                      {"score", Figure(ranking_score(good, bad))},
                                                      {"total", Figure(good + bad)}}};
}

Report report(const Query& query, std::span<const Plan>, std::span<const Table> tables,
              Allowance& allowance) {
  Report answer{"ranking-report", std::nullopt, {}};
  Steps steps(allowance);
  for (const ChatsCell cell : std::get<ChatsTable>(tables[0])) {
    if (steps.take(steps_a_line)) break;
    if (has_row(query.filters.agents, *cell.group)) answer.records.push_back(entry_of(cell));
  }
  return answer;
}

}  // namespace

double ranking_score(std::int64_t good, std::int64_t bad) {
  const double n = static_cast<double>(good + bad);
  const double p = static_cast<double>(good) / n;
  const double zz = 7.2361 / (4 * n);
  return (p + 2 * zz - 2.69 * std::sqrt((zz / n + p * (1 - p)) / n)) / (1 + 4 * zz);
}

Definition ranking() {
  return {"chats", "ranking", "ranking-report", plans, report, 48};
}

}  // namespace chatreports::report::chats
