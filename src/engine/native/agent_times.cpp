#include "engine/native/agent_times.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "base/check.h"
#include "engine/native/holds.h"
#include "engine/native/select.h"

namespace chatreports::engine::native {
namespace {

using report::Field;

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

// Calls take(bucket, time) for each run of the buckets, where `time_before(at)` is how much time
// there was before that instant. Nothing counts after `until`, and the range is as long as the way
// from its one end to the other.
template <class TimeBefore, class Take>
void for_each_run(const std::vector<BucketRun>& runs, Instant end, TimeBefore time_before,
                  Take take) {
  if (runs.empty() || end <= runs.front().begin) return;
  Duration before = time_before(runs.front().begin);
  for (const BucketRun& run : runs) {
    const Duration after = time_before(std::min(run.end, end));
    if (after > before) take(run.key, Duration{after.microseconds - before.microseconds});
    if (end <= run.end) return;
    before = after;
  }
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

AgentTimes::Chosen AgentTimes::chosen_by(const report::Predicate& predicate) const {
  Chosen chosen;
  for (const auto& [agent_id, agent] : agents_) {
    if (holds_for(predicate, agent_id, agent.groups)) {
      chosen.emplace_back(agent_id, agent.history.get());
    }
  }
  return chosen;
}

report::Table AgentTimes::run(const report::Plan& plan,
                              const report::StatusTimesSource& source) const {
  const TimeRange range = plan.buckets.range();
  const std::vector<BucketRun> runs = plan.buckets.runs_within(range);
  const Instant end = std::min(range.to, source.until);
  const Chosen chosen = chosen_by(plan.predicate);
  struct Cell {
    std::uint32_t bucket;
    std::string_view agent_id;
    Duration time;
  };
  std::vector<Cell> cells;
  const auto add = [&cells](std::uint32_t bucket, std::string_view agent_id, Duration time) {
    cells.push_back({bucket, agent_id, time});
  };
  if (source.by_agent || chosen.size() == 1) {
    for (const auto& one : chosen) {
      const std::string_view agent_id = source.by_agent ? one.first : std::string_view();
      for_each_run(
          runs, end, [&](Instant at) { return one.second->time_before(at, source.status); },
          [&](std::uint32_t bucket, Duration time) { add(bucket, agent_id, time); });
    }
  } else {
    // Those who still have the status cover everything since the first of them set it.
    Instant open_since = latest_instant;
    std::vector<Span> spans;
    const bool all =
        source.status == chat::AgentStatus::accepting_chats && chosen.size() == agents_.size();
    for (const auto& [agent_id, history] : chosen) {
      open_since = std::min(open_since, history->last_since(source.status).value_or(open_since));
      if (!all) history->add_spans(source.status, {range.from, end}, spans);
    }
    const Coverage merged = all ? Coverage() : Coverage::of(std::move(spans));
    const Coverage& over = all ? accepting_ : merged;
    for_each_run(
        runs, end,
        [&](Instant at) {
          if (at <= open_since) return over.before(at);
          return Duration{over.before(open_since).microseconds + (at - open_since).microseconds};
        },
        [&](std::uint32_t bucket, Duration time) { add(bucket, {}, time); });
  }
  // A bucket may be met more than once: an hour of the day.
  const auto place = [](const Cell& cell) { return std::tuple(cell.bucket, cell.agent_id); };
  if (!std::ranges::is_sorted(cells, {}, place)) std::ranges::sort(cells, {}, place);
  std::vector<report::TimesCell> table;
  table.reserve(cells.size());
  for (const Cell& cell : cells) {
    if (!table.empty() && table.back().bucket == cell.bucket &&
        table.back().agent_id == cell.agent_id) {
      table.back().time.microseconds += cell.time.microseconds;
    } else {
      table.push_back({cell.bucket, std::string(cell.agent_id), cell.time});
    }
  }
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
