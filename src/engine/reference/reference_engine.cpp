#include "engine/reference/reference_engine.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "base/overloaded.h"
#include "chat/hidden_agents.h"
#include "engine/reference/holds.h"

namespace chatreports::engine {
namespace {

using reference::holds;
using report::Plan;
using report::Sum;

struct Licence {
  std::map<ThreadNumber, chat::Thread> threads;
  std::map<std::pair<std::string, chat::GreetingEvent>, chat::GreetingRecord> greeting_events;
  std::map<std::string, std::vector<std::int64_t>> groups_of_agents;
  std::map<std::string, std::map<Instant, chat::AgentStatus>> statuses;  // by agent
  ChangeNumber last_change{};
};

bool is_picked(const Plan& plan, const chat::Thread& thread) {
  return (plan.any_start || plan.buckets.range().contains(thread.started_at)) &&
         holds(plan.predicate, thread);
}

Sum figure_of(report::Column column, const chat::Thread& thread) {
  switch (column) {
    case report::Column::count:
      return 1;
    case report::Column::duration:
      return thread.duration.count();
    case report::Column::agents_chatting_duration:
      return thread.agents_chatting_duration.count();
    case report::Column::response_time:
      return thread.response_time ? thread.response_time->count() : 0;
    case report::Column::first_response_time:
      return thread.first_response ? thread.first_response->wait.count() : 0;
    case report::Column::queue_wait:
      return thread.queue ? thread.queue->waited.count() : 0;
  }
  return 0;
}

// A figure that grows chat by chat.
class Figure {
 public:
  void add(report::Aggregate aggregate, Sum value) {
    if (!figure_ || aggregate == report::Aggregate::sum) {
      figure_ = figure_.value_or(0) + value;
    } else if (aggregate == report::Aggregate::minimum) {
      figure_ = std::min(*figure_, value);
    } else {
      figure_ = std::max(*figure_, value);
    }
  }
  Sum value() const { return figure_.value_or(0); }

 private:
  std::optional<Sum> figure_;
};

report::Table run_source(const Licence& licence, const Plan& plan,
                         const report::ChatsSource& source, Allowance& allowance) {
  using Key = std::pair<std::uint32_t, std::optional<report::Value>>;
  std::map<Key, std::vector<Figure>> cells;
  for (const auto& [number, thread] : licence.threads) {
    if (allowance.is_used_up()) break;
    if (!is_picked(plan, thread)) continue;
    const std::uint32_t bucket = plan.buckets.bucket_of(thread.started_at);
    std::vector<std::optional<report::Value>> groups = {std::nullopt};
    if (source.group_by) {
      const auto values = reference::values_of(thread, *source.group_by);
      groups.assign(values.begin(), values.end());
    }
    for (const auto& group : groups) {
      std::vector<Figure>& figures = cells[{bucket, group}];
      figures.resize(source.measures.size());
      for (std::size_t i = 0; i < figures.size(); ++i) {
        const report::Measure& measure = source.measures[i];
        if (measure.where && !holds(*measure.where, thread)) continue;
        figures[i].add(measure.aggregate, figure_of(measure.column, thread));
      }
    }
  }
  std::erase_if(cells, [](const auto& cell) {
    return std::ranges::all_of(cell.second,
                               [](const Figure& figure) { return figure.value() == 0; });
  });
  report::ChatsTable table(source.measures.size());
  std::map<std::optional<report::Value>, std::uint32_t> numbers;
  for (const auto& [key, figures] : cells) numbers[key.second] = report::ChatsTable::no_group;
  for (auto& [group, number] : numbers) {
    if (group) number = table.add_group(*group);
  }
  for (const auto& [key, figures] : cells) {
    std::vector<Sum> values;
    for (const Figure& figure : figures) values.push_back(figure.value());
    table.add(key.first, numbers[key.second], values);
  }
  return table;
}

report::Table run_source(const Licence& licence, const Plan& plan, const report::SubmissionsSource&,
                         Allowance& allowance) {
  std::map<std::tuple<std::int64_t, std::string, std::string>, std::int64_t> cells;
  for (const auto& [number, thread] : licence.threads) {
    if (allowance.is_used_up()) break;
    if (!is_picked(plan, thread)) continue;
    const std::vector<std::int64_t> nobody = {0};
    for (const std::int64_t group : thread.groups.empty() ? nobody : thread.groups) {
      for (const chat::SurveySubmission& submission : thread.submissions) {
        ++cells[{group, submission.form_id, ""}];
        for (const std::string& answer : submission.answers) {
          ++cells[{group, submission.form_id, answer}];
        }
      }
    }
  }
  std::vector<report::SubmissionsCell> table;
  for (const auto& [key, count] : cells) {
    table.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), count});
  }
  return table;
}

report::Table run_source(const Licence& licence, const Plan& plan,
                         const report::DeparturesSource& source, Allowance& allowance) {
  std::vector<report::DepartureCell> all;
  for (const auto& [number, thread] : licence.threads) {
    if (allowance.is_used_up()) break;
    if (!is_picked(plan, thread)) continue;
    if (!thread.queue || thread.queue->outcome != chat::QueueOutcome::left) continue;
    const chat::Queue& queue = *thread.queue;
    const bool has_pre_chat_form =
        std::ranges::any_of(thread.submissions, [](const chat::SurveySubmission& submission) {
          return submission.type == chat::SurveyType::pre_chat;
        });
    all.push_back({thread.started_at, queue.thread_id, queue.chat_id, queue.customer,
                   thread.groups.empty() ? 0 : thread.groups.front(), queue.began_at, queue.waited,
                   has_pre_chat_form});
  }
  std::ranges::sort(all);
  std::map<std::string, report::DepartureCell> last;  // of each chat
  for (const report::DepartureCell& cell : all) last[std::string(cell.key())] = cell;
  std::erase_if(all, [&last](const report::DepartureCell& cell) {
    return last[std::string(cell.key())] != cell;
  });
  report::DeparturesTable table;
  table.departures = static_cast<std::int64_t>(all.size());
  table.without_pre_chat_form = std::ranges::count(
      all, false, [](const report::DepartureCell& cell) { return cell.has_pre_chat_form; });
  for (std::int64_t at = report::begin_of_page(source, table.departures);
       at < table.departures && std::ssize(table.page) < source.page_size; ++at) {
    table.page.push_back(all[static_cast<std::size_t>(at)]);
  }
  return table;
}

report::Table run_source(const Licence& licence, const Plan& plan,
                         const report::GreetingEventsSource& source, Allowance& allowance) {
  std::map<std::pair<std::uint32_t, std::int64_t>, report::GreetingEventsCell> cells;
  for (const auto& [key, event] : licence.greeting_events) {
    if (allowance.is_used_up()) break;
    if (!plan.buckets.range().contains(event.at) || !holds(plan.predicate, event)) continue;
    if (source.at && !source.at->contains(event.at)) continue;
    const std::uint32_t bucket = plan.buckets.bucket_of(event.at);
    report::GreetingEventsCell& cell = cells[{bucket, event.greeting_id}];
    cell.bucket = bucket;
    cell.greeting_id = event.greeting_id;
    if (event.event == chat::GreetingEvent::displayed) ++cell.displayed;
    if (event.event == chat::GreetingEvent::canceled) ++cell.canceled;
    if (event.event == chat::GreetingEvent::goal) ++cell.goals;
  }
  std::vector<report::GreetingEventsCell> table;
  for (const auto& [key, cell] : cells) table.push_back(cell);
  return table;
}

using Spans = std::vector<std::pair<Instant, Instant>>;  // [from, to), in any order

// Returns how much of [from, to) the spans cover. Between two neighbouring ends of spans they cover
// all or nothing.
Duration covered(const Spans& spans, Instant from, Instant to) {
  std::set<Instant> ends = {from, to};
  for (const auto& [begin, end] : spans) {
    ends.insert(std::clamp(begin, from, to));
    ends.insert(std::clamp(end, from, to));
  }
  Duration sum{};
  for (auto at = ends.begin(); std::next(at) != ends.end(); ++at) {
    const bool inside = std::ranges::any_of(
        spans, [at](const auto& span) { return span.first <= *at && *at < span.second; });
    if (inside) sum += *std::next(at) - *at;
  }
  return sum;
}

report::Table run_source(const Licence& licence, const Plan& plan,
                         const report::StatusTimesSource& source, Allowance& allowance) {
  std::map<std::string, Spans> spans;  // by agent; without by_agent, of all agents under ""
  for (const auto& [agent_id, statuses] : licence.statuses) {
    if (allowance.is_used_up()) break;
    const auto groups = licence.groups_of_agents.find(agent_id);
    if (!holds(plan.predicate, reference::Agent{agent_id, groups == licence.groups_of_agents.end()
                                                              ? std::vector<std::int64_t>()
                                                              : groups->second})) {
      continue;
    }
    Spans& of_agent = spans[source.by_agent ? agent_id : ""];
    for (auto set = statuses.begin(); set != statuses.end(); ++set) {
      const auto next = std::next(set);
      const Instant end =
          next == statuses.end() ? source.until : std::min(next->first, source.until);
      if (set->second == source.status && set->first < end) of_agent.emplace_back(set->first, end);
    }
  }
  const TimeRange range = plan.buckets.range();
  std::map<std::pair<std::uint32_t, std::string>, Duration> cells;
  for (const auto& [agent_id, of_agent] : spans) {
    if (allowance.is_used_up()) break;
    for (const BucketRun& run : plan.buckets.runs_within(range)) {
      const Instant end = std::min(run.end, range.to);
      if (run.begin >= end) continue;
      cells[{run.bucket, agent_id}] += covered(of_agent, run.begin, end);
    }
  }
  std::vector<report::TimesCell> table;
  for (const auto& [key, time] : cells) {
    if (time.count() > 0) table.push_back({key.first, key.second, time});
  }
  return table;
}

report::Table run_source(const Licence& licence, const Plan& plan,
                         const report::ChattingTimesSource&, Allowance& allowance) {
  std::map<std::string, Spans> spans;
  for (const auto& [number, thread] : licence.threads) {
    if (allowance.is_used_up()) break;
    if (!holds(plan.predicate, thread)) continue;
    for (const chat::ChattingInterval& interval : thread.chatting) {
      spans[interval.agent_id].emplace_back(interval.from, interval.to);
    }
  }
  const TimeRange range = plan.buckets.range();
  std::vector<report::TimesCell> table;
  for (const auto& [agent_id, of_agent] : spans) {
    if (allowance.is_used_up()) break;
    const Duration time = covered(of_agent, range.from, range.to);
    if (time.count() > 0) table.push_back({0, agent_id, time});
  }
  return table;
}

std::size_t bytes_of(const report::ChatsTable& cells, const Allowance& allowance) {
  std::size_t bytes = 0;
  for (const report::ChatsCell cell : cells) {
    if (cell.group == nullptr) continue;
    const auto* text = std::get_if<std::string>(cell.group);
    bytes += allowance.bytes_of_cell(text == nullptr ? 0 : text->size());
  }
  return bytes;
}

std::size_t bytes_of(const std::vector<report::SubmissionsCell>& cells,
                     const Allowance& allowance) {
  std::size_t bytes = 0;
  for (const auto& cell : cells) bytes += allowance.bytes_of_cell(cell.answer.size());
  return bytes;
}

std::size_t bytes_of(const report::DeparturesTable& table, const Allowance& allowance) {
  return table.page.size() * allowance.bytes_of_cell(0);
}

std::size_t bytes_of(const std::vector<report::GreetingEventsCell>& cells,
                     const Allowance& allowance) {
  return cells.size() * allowance.bytes_of_cell(0);
}

std::size_t bytes_of(const std::vector<report::TimesCell>& cells, const Allowance& allowance) {
  std::size_t bytes = 0;
  for (const auto& cell : cells) bytes += allowance.bytes_of_cell(cell.agent_id.size());
  return bytes;
}

void remove(Licence& licence, const chat::ThreadRemoval& removal) {
  licence.threads.erase(removal.thread);
}

void remove(Licence& licence, const chat::AgentRemoval& removal) {
  const auto is_removed = [&removal](const auto& agent) {
    return chat::is_replaced_by(agent.first, removal.replaced_by);
  };
  std::erase_if(licence.groups_of_agents, is_removed);
  std::erase_if(licence.statuses, is_removed);
}

void remove(Licence& licence, const chat::TimeRemoval& removal) {
  std::erase_if(licence.threads, [&removal](const auto& thread) {
    return thread.second.started_at < removal.before;
  });
  std::erase_if(licence.greeting_events,
                [&removal](const auto& event) { return event.second.at < removal.before; });
  for (auto& [agent_id, statuses] : licence.statuses) {
    auto first_kept = statuses.lower_bound(removal.before);
    if (first_kept != statuses.begin()) --first_kept;
    statuses.erase(statuses.begin(), first_kept);
  }
}

void remove(Licence& licence, const chat::LicenseRemoval&) {
  licence = {};
}

class ReferenceEngine final : public Engine {
 public:
  Result<void> apply(std::span<const chat::Change> changes) override {
    for (const chat::Change& change : changes) {
      Licence& licence = licences_[change.license];
      std::visit(Overloaded{[&licence](const chat::ThreadChange& thread) {
                              licence.threads[thread.thread] = thread.facts;
                            },
                            [&licence](const chat::GreetingChange& greeting) {
                              const chat::GreetingRecord& event = greeting.event;
                              licence.greeting_events[{event.unique_id, event.event}] = event;
                            },
                            [&licence](const chat::AgentChange& agent) {
                              licence.groups_of_agents[agent.agent_id] = agent.groups;
                            },
                            [&licence](const chat::StatusChange& set) {
                              licence.statuses[set.status.agent_id][set.status.at] =
                                  set.status.status;
                            },
                            [&licence](const chat::Removal& removal) {
                              std::visit([&](const auto& what) { remove(licence, what); }, removal);
                            }},
                 change.what);
      licence.last_change = std::max(licence.last_change, change.number);
      applied_ = std::max(applied_, change.number);
    }
    return {};
  }

  using Engine::run;
  Result<report::Table> run(const Plan& plan, Allowance& allowance) const override {
    report::Table table = table_of(plan, allowance);
    allowance.is_used_up_by(
        std::visit([&](const auto& cells) { return bytes_of(cells, allowance); }, table));
    if (allowance.end() == Allowance::End::none) return table;
    return std::unexpected(Error{ErrorKind::unavailable, "the question was given up"});
  }

  ChangeNumber applied() const override { return applied_; }

  void has_all_up_to(ChangeNumber last) override { applied_ = std::max(applied_, last); }

  EngineSize size() const override {
    EngineSize size;
    for (const auto& [license, known] : licences_) {
      ++size.licenses;
      size.chats += known.threads.size();
    }
    return size;
  }

  LicenseContent content(LicenseId license) const override {
    LicenseContent content;
    const auto found = licences_.find(license);
    if (found == licences_.end()) return content;
    content.last_change = found->second.last_change;
    for (const auto& [number, facts] : found->second.threads) {
      ++content.chats;
      const Instant start = facts.started_at;
      if (!content.starts) content.starts = {start, start};
      content.starts->from = std::min(content.starts->from, start);
      content.starts->to = std::max(content.starts->to, start);
      for (const chat::Property& property : facts.properties) {
        content.properties.emplace(property.name_space, property.name);
      }
    }
    return content;
  }

 private:
  report::Table table_of(const Plan& plan, Allowance& allowance) const {
    static const Licence nothing;
    const auto found = licences_.find(plan.license);
    const Licence& licence = found == licences_.end() ? nothing : found->second;
    return std::visit(
        [&](const auto& source) -> report::Table {
          return run_source(licence, plan, source, allowance);
        },
        plan.source);
  }

  std::map<LicenseId, Licence> licences_;
  ChangeNumber applied_;
};

}  // namespace

std::unique_ptr<Engine> make_reference_engine() {
  return std::make_unique<ReferenceEngine>();
}

}  // namespace chatreports::engine
