// performance: what each agent did: chats, their ratings, first responses, and the time spent.

#include <map>
#include <set>

#include "report/agents/reports.h"

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
      plan_of_whole_range(query, ChatsSource{Field{Field::Kind::agent, {}, {}},
                                             {{Column::count, {}},
                                              count_where(rated(chat::Rating::good)),
                                              count_where(rated(chat::Rating::bad))}}),
      plan_of_whole_range(query,
                          ChatsSource{Field{Field::Kind::first_responder, {}, {}},
                                      {{Column::count, {}}, {Column::first_response_time, {}}}}),
      plan_of_whole_range(query, ChattingTimesSource{}),
      plan_of_status(query, chat::AgentStatus::accepting_chats, agents),
      plan_of_status(query, chat::AgentStatus::not_accepting_chats, agents),
  };
  plans[chatting].any_start = true;
  if (query.filters.groups) {
    const Predicate members{
        false,
        All{{agents, predicate_of(Field{Field::Kind::group, {}, {}}, *query.filters.groups)}}};
    plans.push_back(plan_of_status(query, chat::AgentStatus::accepting_chats, members));
    plans.push_back(plan_of_status(query, chat::AgentStatus::not_accepting_chats, members));
  }
  return plans;
}

struct Performance {
  std::int64_t chats = 0;
  std::int64_t rated_good = 0;
  std::int64_t rated_bad = 0;
  std::int64_t first_responses = 0;
  Sum first_response_time = 0;
  Sum accepting = 0;
  Sum not_accepting = 0;
  Sum chatting = 0;
};

// In seconds; 0 where there is none.
double mean_seconds(Sum microseconds, std::int64_t count) {
  if (count == 0) return 0;
  return static_cast<double>(microseconds) / (static_cast<double>(count) * 1e6);
}

std::int64_t seconds(Sum microseconds) {
  return rounded_mean(microseconds, microseconds_per_second);
}

// Every figure of the row would be 0, as it is written.
bool shows_nothing(const Performance& row) {
  return row.chats == 0 && row.first_responses == 0 && seconds(row.chatting) == 0 &&
         seconds(row.accepting + row.not_accepting) == 0;
}

using Rows = std::map<std::string, Performance>;

// The figures that are made from chats.
Rows rows_of_chats(const Query& query, std::span<const Table> tables, Steps& steps) {
  Rows rows;
  for (const ChatsCell cell : std::get<ChatsTable>(tables[chats_of_agent])) {
    if (steps.take(steps_a_line)) return rows;
    if (!has_row(query.filters.agents, *cell.group)) continue;
    Performance& row = rows[std::get<std::string>(*cell.group)];
    row.chats = static_cast<std::int64_t>(cell.figures[0]);
    row.rated_good = static_cast<std::int64_t>(cell.figures[1]);
    row.rated_bad = static_cast<std::int64_t>(cell.figures[2]);
  }
  for (const ChatsCell cell : std::get<ChatsTable>(tables[chats_of_responder])) {
    if (steps.take(steps_a_line)) return rows;
    if (!has_row(query.filters.agents, *cell.group)) continue;
    Performance& row = rows[std::get<std::string>(*cell.group)];
    row.first_responses = static_cast<std::int64_t>(cell.figures[0]);
    row.first_response_time = cell.figures[1];
  }
  for (const TimesCell& cell : std::get<std::vector<TimesCell>>(tables[chatting])) {
    if (steps.take(steps_a_line)) return rows;
    if (!has_row(query.filters.agents, cell.agent_id)) continue;
    rows[cell.agent_id].chatting = cell.time.microseconds;
  }
  return rows;
}

void add_times(const Table& table, Sum Performance::* figure, const std::set<std::string>* only,
               Rows& rows, Steps& steps) {
  for (const TimesCell& cell : std::get<std::vector<TimesCell>>(table)) {
    if (steps.take(steps_a_line)) return;
    if (only != nullptr && !only->contains(cell.agent_id)) continue;
    rows[cell.agent_id].*figure = cell.time.microseconds;
  }
}

// Where groups are asked for, time counts of those who have a row by a chat of these groups, and of
// the groups' members.
Rows rows_of(const Query& query, std::span<const Table> tables, Steps& steps) {
  Rows rows = rows_of_chats(query, tables, steps);
  if (!query.filters.groups) {
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
  std::erase_if(rows, [](const auto& row) { return shows_nothing(row.second); });
  return rows;
}

Entry entry_of(const std::string& agent_id, const Performance& row) {
  return {agent_id, Entries{{"accepting_chats_time", Figure(seconds(row.accepting))},
                            {"chats_count", Figure(row.chats)},
                            {"chats_rated_bad", Figure(row.rated_bad)},
                            {"chats_rated_good", Figure(row.rated_good)},
                            {"chatting_time", Figure(seconds(row.chatting))},
                            {"first_response_chats_count", Figure(row.first_responses)},
                            {"first_response_time",
                             Figure(mean_seconds(row.first_response_time, row.first_responses))},
                            {"logged_in_time", Figure(seconds(row.accepting + row.not_accepting))},
                            {"not_accepting_chats_time", Figure(seconds(row.not_accepting))}}};
}

Report report(const Query& query, std::span<const Plan>, std::span<const Table> tables,
              Allowance& allowance) {
  Report answer{"performance-report", std::nullopt, {}};
  Performance all;
  Steps steps(allowance);
  for (const auto& [agent_id, row] : rows_of(query, tables, steps)) {
    if (steps.take(steps_a_line)) break;
    answer.records.push_back(entry_of(agent_id, row));
    all.chats += row.chats;
    all.rated_good += row.rated_good;
    all.rated_bad += row.rated_bad;
    all.first_responses += row.first_responses;
    all.first_response_time += row.first_response_time;
  }
  answer.summary = Entries{
      {"chats_count", Figure(all.chats)},
      {"chats_rated_bad", Figure(all.rated_bad)},
      {"chats_rated_good", Figure(all.rated_good)},
      {"first_response_chats_count", Figure(all.first_responses)},
      {"first_response_time", Figure(mean_seconds(all.first_response_time, all.first_responses))}};
  return answer;
}

}  // namespace

Definition performance() {
  return {"agents", "performance", "performance-report", plans, report, 200};
}

}  // namespace chatreports::report::agents
