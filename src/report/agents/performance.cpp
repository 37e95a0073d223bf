// performance: what each agent did: chats, their ratings, first responses, and the time spent.

#include <algorithm>
#include <map>
#include <set>

#include "report/assembler.h"
#include "report/plans.h"
#include "report/reports.h"

namespace chatreports::report::agents {
namespace {

// The plans, in the order in which their tables come.
enum PlanNumber : std::size_t {
  chats_of_agent,
  chats_of_responder,
  chatting,
  accepting,
  not_accepting,
  members_accepting,  // only where groups are asked for
  members_not_accepting,
};

Plan plan_of_status(const Query& query, chat::AgentStatus status, Predicate agents) {
  return {query.license, StatusTimesSource{status, true, query.now}, false, std::move(agents),
          Buckets::whole(query.range)};
}

Result<std::vector<Plan>> plans(const Query& query) {
  const Predicate agents = agents_with_row(query.filters.agents);
  std::vector<Plan> plans = {
      plan_of_whole_range(query, ChatsSource{Field::agent(),
                                             {{Column::count, {}},
                                              count_where(rated(chat::Rating::good)),
                                              count_where(rated(chat::Rating::bad))}}),
      plan_of_whole_range(query,
                          ChatsSource{Field::first_responder(),
                                      {{Column::count, {}}, {Column::first_response_time, {}}}}),
      plan_of_whole_range(query, ChattingTimesSource{}),
      plan_of_status(query, chat::AgentStatus::accepting_chats, agents),
      plan_of_status(query, chat::AgentStatus::not_accepting_chats, agents),
  };
  plans[chatting].any_start = true;
  if (!query.filters.groups.empty()) {
    const Predicate members{false, All{{agents, members_of(query.filters.groups)}}};
    plans.push_back(plan_of_status(query, chat::AgentStatus::accepting_chats, members));
    plans.push_back(plan_of_status(query, chat::AgentStatus::not_accepting_chats, members));
  }
  return plans;
}

// The sums of one agent; times in microseconds.
struct Performance {
  Sum chats = 0;
  Sum rated_good = 0;
  Sum rated_bad = 0;
  Sum first_responses = 0;
  Sum first_response_time = 0;
  Sum accepting = 0;
  Sum not_accepting = 0;
  Sum logged_in = 0;
  Sum chatting = 0;
};

// Where a figure's sum stands in a row, and what a mean is over.
struct RowFigure {
  Figure figure;
  Sum Performance::* sum = nullptr;
  Sum Performance::* count = nullptr;
  bool is_in_summary = false;
};

RowFigure chats_figure(std::string_view key, std::string_view meaning, Sum Performance::* sum) {
  return {{.key = key, .meaning = meaning}, sum, nullptr, true};
}

RowFigure time_figure(std::string_view key, std::string_view meaning, Sum Performance::* sum) {
  return {{.key = key, .meaning = meaning, .unit = Unit::seconds, .statistic = Statistic::sum},
          sum};
}

// In the order of their keys.
const std::vector<RowFigure>& row_figures() {
  static const std::vector<RowFigure> figures = {
      time_figure("accepting_chats_time", "time with the status accepting chats",
                  &Performance::accepting),
      chats_figure("chats_count", "chats that the agent took part in", &Performance::chats),
      chats_figure("chats_rated_bad", "these chats rated bad", &Performance::rated_bad),
      chats_figure("chats_rated_good", "these chats rated good", &Performance::rated_good),
      time_figure("chatting_time", "time in at least one chat", &Performance::chatting),
      chats_figure("first_response_chats_count", "chats in which the agent responded first",
                   &Performance::first_responses),
      {{.key = "first_response_time",
        .meaning = "mean wait for the first response in these chats",
        .unit = Unit::seconds,
        .statistic = Statistic::mean,
        .precision = Precision::exact},
       &Performance::first_response_time,
       &Performance::first_responses,
       true},
      time_figure("logged_in_time", "time with a status other than offline",
                  &Performance::logged_in),
      time_figure("not_accepting_chats_time", "time with the status not accepting chats",
                  &Performance::not_accepting),
  };
  return figures;
}

Number number_in(const Performance& row, const RowFigure& figure) {
  return number_of(figure.figure, row.*figure.sum, figure.count == nullptr ? 1 : row.*figure.count);
}

enum class Of : std::uint8_t { record, summary };

bool is_figure(Of of, const RowFigure& figure) {
  return of == Of::record || figure.is_in_summary;
}

Entries entries_of(const Performance& row, Of of) {
  Entries entries;
  entries.reserve(row_figures().size());
  for (const RowFigure& figure : row_figures()) {
    if (!is_figure(of, figure)) continue;
    entries.push_back({std::string(figure.figure.key), number_in(row, figure)});
  }
  return entries;
}

// Every figure of the row is written as 0.
bool shows_nothing(const Performance& row) {
  return std::ranges::all_of(
      row_figures(), [&row](const RowFigure& figure) { return is_zero(number_in(row, figure)); });
}

using Rows = std::map<std::string, Performance>;

// The figures that are made from chats.
Rows rows_of_chats(const Query& query, std::span<const Table> tables, Steps& steps) {
  Rows rows;
  for (const ChatsCell cell : std::get<ChatsTable>(tables[chats_of_agent])) {
    if (steps.take(steps_per_entry)) return rows;
    if (!has_row(query.filters.agents, *cell.group)) continue;
    Performance& row = rows[std::get<std::string>(*cell.group)];
    row.chats = cell.figures[0];
    row.rated_good = cell.figures[1];
    row.rated_bad = cell.figures[2];
  }
  for (const ChatsCell cell : std::get<ChatsTable>(tables[chats_of_responder])) {
    if (steps.take(steps_per_entry)) return rows;
    if (!has_row(query.filters.agents, *cell.group)) continue;
    Performance& row = rows[std::get<std::string>(*cell.group)];
    row.first_responses = cell.figures[0];
    row.first_response_time = cell.figures[1];
  }
  for (const TimesCell& cell : std::get<std::vector<TimesCell>>(tables[chatting])) {
    if (steps.take(steps_per_entry)) return rows;
    if (!has_row(query.filters.agents, cell.agent_id)) continue;
    rows[cell.agent_id].chatting = cell.time.count();
  }
  return rows;
}

void add_times(const Table& table, Sum Performance::* figure, const std::set<std::string>* only,
               Rows& rows, Steps& steps) {
  for (const TimesCell& cell : std::get<std::vector<TimesCell>>(table)) {
    if (steps.take(steps_per_entry)) return;
    if (only != nullptr && !only->contains(cell.agent_id)) continue;
    rows[cell.agent_id].*figure = cell.time.count();
  }
}

// Where groups are asked for, time counts of those who have a row by a chat of these groups, and of
// the groups' members.
Rows rows_of(const Query& query, std::span<const Table> tables, Steps& steps) {
  Rows rows = rows_of_chats(query, tables, steps);
  if (query.filters.groups.empty()) {
    add_times(tables[accepting], &Performance::accepting, nullptr, rows, steps);
    add_times(tables[not_accepting], &Performance::not_accepting, nullptr, rows, steps);
  } else {
    std::set<std::string> by_chat;
    for (const auto& [agent_id, row] : rows) by_chat.insert(agent_id);
    add_times(tables[accepting], &Performance::accepting, &by_chat, rows, steps);
    add_times(tables[not_accepting], &Performance::not_accepting, &by_chat, rows, steps);
    add_times(tables[members_accepting], &Performance::accepting, nullptr, rows, steps);
    add_times(tables[members_not_accepting], &Performance::not_accepting, nullptr, rows, steps);
  }
  for (auto& [agent_id, row] : rows) row.logged_in = row.accepting + row.not_accepting;
  std::erase_if(rows, [](const auto& row) { return shows_nothing(row.second); });
  return rows;
}

Report report(const Definition& definition, const Query& query, std::span<const Plan>,
              std::span<const Table> tables, Allowance& allowance) {
  Report answer{&definition, definition.figures};
  Performance all;
  Steps steps(allowance);
  for (const auto& [agent_id, row] : rows_of(query, tables, steps)) {
    if (steps.take(steps_per_entry)) break;
    answer.records.push_back({agent_id, entries_of(row, Of::record)});
    for (const RowFigure& figure : row_figures()) {
      // A mean's count has a figure of its own.
      if (figure.is_in_summary) all.*figure.sum += row.*figure.sum;
    }
  }
  answer.summary = entries_of(all, Of::summary);
  return answer;
}

std::vector<Figure> figures(Of of) {
  std::vector<Figure> figures;
  for (const RowFigure& figure : row_figures()) {
    if (is_figure(of, figure)) figures.push_back(figure.figure);
  }
  return figures;
}

}  // namespace

Definition performance() {
  return {
      .resource = "agents",
      .action = "performance",
      .name = "performance-report",
      .meaning = "The work of each agent, and for how long.",
      .dimensions = {Dimension::agent},
      .distributions = distributions,
      .figures = figures(Of::record),
      .summary = figures(Of::summary),
      .depends_on_now = true,
      .least_cell_bytes = 200,
      .own_shape = OwnShape{plans, report},
  };
}

}  // namespace chatreports::report::agents
