#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/check.h"
#include "engine/native/run/bucket_rows.h"
#include "engine/native/run/holds.h"
#include "engine/native/run/run_plan.h"

namespace chatreports::engine::native {
namespace {

using report::Field;

constexpr std::size_t steps_a_run = 16;  // of a bucket, and for each agent: a few searches

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

struct SelectedAgent {
  std::string_view id;
  const AgentHistory* history;
};

std::vector<SelectedAgent> select_agents(const AgentTimes& times, const Run& run) {
  std::vector<SelectedAgent> selected;
  Steps steps(run.allowance);
  for (const auto& [agent_id, agent] : times.agents()) {
    if (steps.take(steps_a_run)) return {};
    if (holds_for(run.plan.predicate, agent_id, agent.groups)) {
      selected.push_back({agent_id, agent.history.get()});
    }
  }
  return selected;
}

// The time in each bucket, ascending by bucket.
class BucketTimes {
 public:
  struct Entry {
    std::uint32_t bucket;
    Duration time{};
  };

  void reserve(std::size_t buckets) { entries_.reserve(buckets); }
  // Buckets mostly ascend; hours of the day do not.
  void add(std::uint32_t bucket, Duration time) {
    auto entry = entries_.end();
    if (!entries_.empty() && bucket <= entries_.back().bucket) {
      entry = std::ranges::lower_bound(entries_, bucket, {}, &Entry::bucket);
    }
    if (entry == entries_.end() || entry->bucket != bucket) {
      entry = entries_.insert(entry, {bucket, {}});
    }
    entry->time += time;
  }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

// Returns the time per bucket of the range, where `time_before(at)` is the time before that
// instant, asked for instants that ascend. Nothing counts after `end`. The range is as long as the
// distance between its ends.
template <class TimeBefore>
BucketTimes times_by_bucket(const Buckets& buckets, TimeRange range, Instant end,
                            TimeBefore time_before, Steps& steps) {
  BucketTimes times;
  Instant from = range.from;
  Duration before{};
  bool is_first = true;
  while (from < end) {
    const Instant to = end - from <= time_of_runs ? end : from + time_of_runs;
    const std::vector<BucketRun> runs = buckets.runs_within({from, to});
    if (is_first) times.reserve(runs.size());
    for (const BucketRun& run : runs) {
      if (end <= run.begin || steps.take(steps_a_run)) return times;
      if (is_first) before = time_before(run.begin);
      is_first = false;
      const Duration after = time_before(std::min(run.end, end));
      if (after > before) times.add(run.bucket, after - before);
      if (end <= run.end) return times;
      before = after;
    }
    from = to + Duration{1};
  }
  return times;
}

class StatusTimes {
 public:
  StatusTimes(const Run& run, const report::StatusTimesSource& source, const AgentTimes& times)
      : run_(run),
        source_(source),
        times_(times),
        agents_(select_agents(times, run)),
        range_(run.plan.buckets.range()),
        end_(std::min(range_.to, source.until)),
        steps_(run.allowance) {
    // Nothing happened before the first status.
    Instant first = latest_instant;
    for (const SelectedAgent& agent : agents_) first = std::min(first, agent.history->first());
    range_.from = std::max(range_.from, first);
  }

  // Adds a line for each agent, or one without a name if there is one agent only.
  void add_each() {
    for (const SelectedAgent& agent : agents_) {
      std::size_t place = 0;
      add(source_.by_agent ? agent.id : std::string_view(),
          [&](Instant at) { return agent.history->time_before(at, source_.status, place); });
      if (run_.allowance.end() != Allowance::End::none) return;
    }
  }

  // Adds the union of the agents' times.
  void add_union() {
    // The agents who still have the status cover everything since the first of them set it.
    Instant open_since = latest_instant;
    std::vector<Span> spans;
    const bool all = source_.status == chat::AgentStatus::accepting_chats &&
                     agents_.size() == times_.agents().size();
    for (const auto& [agent_id, history] : agents_) {
      if (steps_.take(steps_a_run + (all ? 0 : history->size()))) return;
      open_since = std::min(open_since, history->last_since(source_.status).value_or(open_since));
      if (!all) history->add_spans(source_.status, {range_.from, end_}, spans);
    }
    const IntervalSet merged = all ? IntervalSet() : IntervalSet::of(std::move(spans));
    const IntervalSet& over = all ? times_.accepting() : merged;
    const Duration before_open = over.before(open_since);
    std::size_t place = 0;
    add({}, [&](Instant at) {
      if (at <= open_since) return over.before(at, place);
      return before_open + (at - open_since);
    });
  }

  bool are_lines_apart() const { return source_.by_agent || agents_.size() == 1; }

  std::vector<report::TimesCell> table() && {
    // Lines were added agent by agent.
    const auto place = [](const report::TimesCell& cell) {
      return std::tuple(cell.bucket, std::string_view(cell.agent_id));
    };
    if (!std::ranges::is_sorted(table_, {}, place)) std::ranges::sort(table_, {}, place);
    return std::move(table_);
  }

 private:
  template <class TimeBefore>
  void add(std::string_view agent_id, TimeBefore time_before) {
    const BucketTimes times =
        times_by_bucket(run_.plan.buckets, range_, end_, std::move(time_before), steps_);
    if (table_.empty()) table_.reserve(times.entries().size());
    for (const auto& [bucket, time] : times.entries()) {
      table_.push_back({bucket, std::string(agent_id), time});
    }
    bytes_ += times.entries().size() * run_.allowance.bytes_of_cell(agent_id.size());
    run_.allowance.is_used_up_by(bytes_);
  }

  const Run& run_;
  const report::StatusTimesSource& source_;
  const AgentTimes& times_;
  const std::vector<SelectedAgent> agents_;
  TimeRange range_;
  const Instant end_;
  Steps steps_;
  std::vector<report::TimesCell> table_;
  std::size_t bytes_ = 0;  // the least that the cells take of the answer
};

}  // namespace

// Cost: a short search for each agent and bucket if the plan is by agent or for all agents; else
// the spans of the selected agents in the range are merged.
report::Table run_source(const Run& run, const report::StatusTimesSource& source) {
  const Chunks<AgentTimes>& known = run.chunks<AgentTimes>();
  if (known.empty()) return std::vector<report::TimesCell>();
  StatusTimes times(run, source, *known.front());
  if (times.are_lines_apart()) {
    times.add_each();
  } else {
    times.add_union();
  }
  return std::move(times).table();
}

}  // namespace chatreports::engine::native
