#include "engine/native/parts/agent_times.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "base/check.h"
#include "engine/native/run/bucket_rows.h"
#include "engine/native/run/bucket_sums.h"
#include "engine/native/run/holds.h"
#include "engine/native/run/select.h"

namespace chatreports::engine::native {
namespace {

using report::Field;

constexpr std::size_t steps_a_run = 16;  // and an agent: some searches

bool holds_for(const report::Predicate& predicate, const std::string& agent_id,
               const std::vector<std::int64_t>& groups) {
  return holds(
      predicate,
      [&groups](const Field& field) {
        CHECK(field.kind == Field::Kind::agent || field.kind == Field::Kind::group);
        return field.kind == Field::Kind::agent || !groups.empty();
      },
      [&](const Field& field, const report::Value& value) {
        if (field.kind == Field::Kind::agent) return value == report::Value(agent_id);
        const auto* group = std::get_if<std::int64_t>(&value);
        return group != nullptr && std::ranges::binary_search(groups, *group);
      });
}

struct PlainStatus {
  Instant at;
  std::int64_t status;
};

struct PlainAgents {
  Lists<char> ids;
  Lists<std::int64_t> groups;   // of each
  Lists<PlainStatus> statuses;  // likewise

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    layout(self.ids, self.groups, self.statuses);
  }
};

// The time per bucket of the range, where `time_before(at)` is how much there was before that
// instant. Nothing counts after `end`, and the range is as long as the way from its one end to the
// other.
template <class TimeBefore>
BucketSums times_by_bucket(const Buckets& buckets, TimeRange range, Instant end,
                           TimeBefore time_before, Steps& steps) {
  BucketSums times(1);
  Instant from = range.from;
  Duration before;
  bool is_first = true;
  while (from < end) {
    const Instant to = end - from <= time_of_runs ? end : from + time_of_runs;
    for (const BucketRun& run : buckets.runs_within({from, to})) {
      if (end <= run.begin || steps.take(steps_a_run)) return times;
      if (is_first) before = time_before(run.begin);
      is_first = false;
      const Duration after = time_before(std::min(run.end, end));
      if (after > before) times[run.key][0] += after.microseconds - before.microseconds;
      if (end <= run.end) return times;
      before = after;
    }
    from = to + Duration{1};
  }
  return times;
}

}  // namespace

AgentTimes AgentTimes::with(std::span<const chat::Change* const> changes) const {
  AgentTimes next = *this;
  std::map<std::string, std::vector<StatusSet>> statuses;
  for (const chat::Change* change : changes) {
    if (const auto* agent = std::get_if<chat::AgentChange>(&change->what)) {
      next.agents_[agent->agent_id].groups = agent->groups;
    } else if (const auto* set = std::get_if<chat::StatusChange>(&change->what)) {
      statuses[set->status.agent_id].push_back({set->status.at, set->status.status});
    }
  }
  std::optional<Span> hull;
  for (const auto& [agent_id, set] : statuses) {
    Agent& agent = next.agents_[agent_id];
    const auto [first, last] = std::ranges::minmax(set, {}, &StatusSet::at);
    const Span around = agent.history->around(first.at, last.at);
    hull = hull ? Span{std::min(hull->from, around.from), std::max(hull->to, around.to)} : around;
    agent.history = std::make_shared<const AgentHistory>(agent.history->with(set));
  }
  if (hull) next.follow(*hull);
  return next;
}

void AgentTimes::follow(Span hull) {
  std::vector<Span> inside;
  for (const auto& [agent_id, agent] : agents_) {
    agent.history->add_spans(chat::AgentStatus::accepting_chats, hull, inside);
  }
  accepting_ = accepting_.with(hull, std::move(inside));
}

AgentTimes::Chosen AgentTimes::chosen_by(const report::Predicate& predicate,
                                         Allowance& allowance) const {
  Chosen chosen;
  Steps steps(allowance);
  for (const auto& [agent_id, agent] : agents_) {
    if (steps.take(steps_a_run)) return {};
    if (holds_for(predicate, agent_id, agent.groups)) {
      chosen.emplace_back(agent_id, agent.history.get());
    }
  }
  return chosen;
}

report::Table AgentTimes::run(const report::Plan& plan, const report::StatusTimesSource& source,
                              Allowance& allowance) const {
  const Chosen chosen = chosen_by(plan.predicate, allowance);
  TimeRange range = plan.buckets.range();
  const Instant end = std::min(range.to, source.until);
  // Before the first status there is nothing to be found.
  Instant first = latest_instant;
  for (const auto& [agent_id, history] : chosen) first = std::min(first, history->first());
  range.from = std::max(range.from, first);
  std::vector<report::TimesCell> table;
  Steps steps(allowance);
  std::size_t bytes = 0;  // that the cells take of the answer at least
  const auto add = [&](std::string_view agent_id, auto time_before) {
    const BucketSums times =
        times_by_bucket(plan.buckets, range, end, std::move(time_before), steps);
    times.for_each([&](std::uint32_t bucket, std::span<const report::Sum> time) {
      table.push_back({bucket, std::string(agent_id), {static_cast<std::int64_t>(time[0])}});
    });
    bytes += times.size() * allowance.bytes_of_cell(agent_id.size());
  };
  if (source.by_agent || chosen.size() == 1) {
    for (const auto& [agent_id, history] : chosen) {
      const AgentHistory& of_agent = *history;
      add(source.by_agent ? agent_id : std::string_view(),
          [&](Instant at) { return of_agent.time_before(at, source.status); });
      if (allowance.is_used_up_by(bytes)) return std::vector<report::TimesCell>();
    }
  } else {
    // Those who still have the status cover everything since the first of them set it.
    Instant open_since = latest_instant;
    std::vector<Span> spans;
    const bool all =
        source.status == chat::AgentStatus::accepting_chats && chosen.size() == agents_.size();
    for (const auto& [agent_id, history] : chosen) {
      if (steps.take(steps_a_run + (all ? 0 : history->size()))) {
        return std::vector<report::TimesCell>();
      }
      open_since = std::min(open_since, history->last_since(source.status).value_or(open_since));
      if (!all) history->add_spans(source.status, {range.from, end}, spans);
    }
    const Coverage merged = all ? Coverage() : Coverage::of(std::move(spans));
    const Coverage& over = all ? accepting_ : merged;
    add({}, [&](Instant at) {
      if (at <= open_since) return over.before(at);
      return Duration{over.before(open_since).microseconds + (at - open_since).microseconds};
    });
  }
  // Lines come agent by agent.
  const auto place = [](const report::TimesCell& cell) {
    return std::tuple(cell.bucket, std::string_view(cell.agent_id));
  };
  if (!std::ranges::is_sorted(table, {}, place)) std::ranges::sort(table, {}, place);
  return table;
}

std::vector<std::byte> AgentTimes::pack() const {
  Lists<char>::Builder ids;
  Lists<std::int64_t>::Builder groups;
  Lists<PlainStatus>::Builder statuses;
  for (const auto& [agent_id, agent] : agents_) {
    ids.push_back(agent_id);
    groups.push_back(agent.groups);
    std::vector<PlainStatus> plain;
    for (const StatusSet& set : agent.history->statuses()) {
      plain.push_back({set.at, static_cast<std::int64_t>(set.status)});
    }
    statuses.push_back(plain);
  }
  return bytes_of(
      PlainAgents{std::move(ids).build(), std::move(groups).build(), std::move(statuses).build()});
}

AgentTimes AgentTimes::unpacked(const Image& image) {
  PlainAgents agents;
  read(image, agents);
  AgentTimes times;
  for (std::uint32_t number = 0; number < agents.ids.size(); ++number) {
    Agent& agent = times.agents_[std::string(text_of(agents.ids, number))];
    agent.groups.assign(agents.groups[number].begin(), agents.groups[number].end());
    std::vector<StatusSet> statuses;
    for (const PlainStatus& plain : agents.statuses[number]) {
      statuses.push_back({plain.at, static_cast<chat::AgentStatus>(plain.status)});
    }
    agent.history = std::make_shared<const AgentHistory>(AgentHistory().with(statuses));
  }
  times.follow({earliest_instant, latest_instant});
  return times;
}

std::size_t AgentTimes::bytes() const {
  std::size_t bytes = sizeof(AgentTimes) + accepting_.bytes();
  for (const auto& [agent_id, agent] : agents_) {
    bytes += sizeof(Agent) + agent_id.size() + agent.groups.size() * sizeof(std::int64_t) +
             sizeof(AgentHistory) + agent.history->bytes();
  }
  return bytes;
}

}  // namespace chatreports::engine::native
