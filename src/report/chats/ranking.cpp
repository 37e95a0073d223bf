// ranking: how the chats of each agent were rated. An agent without a rated chat has no row.

#include <cmath>

#include "report/assembler.h"
#include "report/chats/ranking_score.h"
#include "report/plans.h"
#include "report/reports.h"

namespace chatreports::report::chats {
namespace {

Result<std::vector<Plan>> plans(const Query& query) {
  return std::vector{plan_of_whole_range(
      query, ChatsSource{
                 Field::agent(),
                 {count_where(rated(chat::Rating::good)), count_where(rated(chat::Rating::bad))}})};
}

Entry entry_of(const ChatsCell& cell) {
  const auto good = static_cast<std::int64_t>(cell.figures[0]);
  const auto bad = static_cast<std::int64_t>(cell.figures[1]);
  return {std::get<std::string>(*cell.group), Entries{{"bad", Number(bad)},
                                                      {"good", Number(good)},
                                                      {"score", Number(ranking_score(good, bad))},
                                                      {"total", Number(good + bad)}}};
}

Report report(const Definition& definition, const Query& query, std::span<const Plan>,
              std::span<const Table> tables, Allowance& allowance) {
  Report answer{&definition, definition.figures};
  Steps steps(allowance);
  for (const ChatsCell cell : std::get<ChatsTable>(tables[0])) {
    if (steps.take(steps_per_entry)) break;
    if (has_row(query.filters.agents, *cell.group)) answer.records.push_back(entry_of(cell));
  }
  return answer;
}

}  // namespace

double ranking_score(std::int64_t good, std::int64_t bad) {
  const auto n = static_cast<double>(good + bad);
  const double p = static_cast<double>(good) / n;
  const double zz = 7.2361 / (4 * n);
  return (p + 2 * zz - 2.69 * std::sqrt((zz / n + p * (1 - p)) / n)) / (1 + 4 * zz);
}

Definition ranking() {
  return {
      .resource = "chats",
      .action = "ranking",
      .name = "ranking-report",
      .meaning = "How the chats of each agent were rated.",
      .dimensions = {Dimension::agent},
      .figures = {{.key = "bad", .meaning = "chats rated bad", .where = rated(chat::Rating::bad)},
                  {.key = "good",
                   .meaning = "chats rated good",
                   .where = rated(chat::Rating::good)},
                  {.key = "score",
                   .meaning = "ranking score",
                   .unit = Unit::score,
                   .statistic = Statistic::score,
                   .precision = Precision::exact},
                  {.key = "total", .meaning = "rated chats"}},
      .least_cell_bytes = 48,
      .own_shape = OwnShape{plans, report},
  };
}

}  // namespace chatreports::report::chats
