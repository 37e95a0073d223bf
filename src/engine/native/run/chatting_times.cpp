#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "engine/native/run/by_value.h"
#include "engine/native/run/run_plan.h"
#include "engine/native/run/select.h"

namespace chatreports::engine::native {
namespace {

// How long one agent chatted, summed over the segments in their order. Chats of a segment may still
// be under way when those of the next segments begin, so the spans that reach there are carried
// along: no moment counts twice.
class ChattingTime {
 public:
  explicit ChattingTime(Span range) : range_(range) {}

  // `next_start` is the start of the first chat of the following segments. A Chatting is an
  // AgentChatting or an IntervalSet.
  template <class Chatting>
  void add(const Chatting& chatting, Instant next_start) {
    if (chatting.size() == 0) return;
    length_ += length_within(chatting, range_);
    for (const Span& span : carried_) {
      const Span seen{std::max(span.from, range_.from), std::min(span.to, range_.to)};
      if (seen.from < seen.to) length_ -= length_within(chatting, seen);
    }
    std::uint32_t over = chatting.size();  // the first span that reaches the next segments
    while (over > 0 && next_start < chatting.span(over - 1).to) --over;
    if (carried_.empty() && over == chatting.size()) return;
    std::erase_if(carried_, [next_start](const Span& span) { return span.to <= next_start; });
    for (; over < chatting.size(); ++over) carried_.push_back(chatting.span(over));
    merge_carried();
  }

  Duration length() const { return Duration(length_); }

 private:
  template <class Chatting>
  static std::int64_t length_within(const Chatting& chatting, Span within) {
    const Span first = chatting.span(0);
    if (within.to <= first.from) return 0;
    const std::int64_t before =
        within.from <= first.from ? 0 : chatting.before(within.from).count();
    const bool reaches_the_end = chatting.span(chatting.size() - 1).to <= within.to;
    return (reaches_the_end ? chatting.whole() : chatting.before(within.to)).count() - before;
  }

  // Makes the carried spans ascend without touching each other.
  void merge_carried() {
    if (carried_.size() < 2) return;
    std::ranges::sort(carried_);
    auto last = carried_.begin();
    for (auto next = last + 1; next != carried_.end(); ++next) {
      if (next->from <= last->to) {
        last->to = std::max(last->to, next->to);
      } else {
        *++last = *next;
      }
    }
    carried_.erase(last + 1, carried_.end());
  }

  Span range_;
  std::int64_t length_ = 0;
  std::vector<Span> carried_;  // they do not touch each other
};

// The agents [from, to) in their order. Without an end, it is open there.
struct AgentRange {
  std::optional<report::Value> from;
  std::optional<report::Value> to;
};

constexpr std::size_t steps_an_agent = 16;

const report::Field agent_field = report::Field::agent();

std::vector<report::TimesCell> times_of_agents(const Run& run, const report::Predicate& predicate,
                                               const AgentRange& wanted) {
  const Chunks<Segment>& segments = run.chunks<Segment>();
  Allowance& allowance = run.allowance;
  const Span range{run.plan.buckets.range().from, run.plan.buckets.range().to};
  const bool all = holds_for_all(predicate);
  ByValue<ChattingTime> agents;
  Steps steps(allowance);
  for (std::size_t at = 0; at < segments.size(); ++at) {
    if (allowance.is_used_up()) return {};
    const Segment& segment = *segments[at];
    if (range.to <= segment.first_start()) break;
    const Chatting& chatting = segment.chatting();
    if (chatting.end() <= range.from) continue;
    const Instant next_start =
        at + 1 < segments.size() ? segments[at + 1]->first_start() : latest_instant;
    std::optional<RowSet> rows;
    if (!all) rows = select(segment, predicate, allowance);
    const FieldIndex index = segment.index(agent_field);
    const std::uint32_t begin = wanted.from ? index.lower_bound(*wanted.from) : 0;
    const std::uint32_t end = wanted.to ? index.lower_bound(*wanted.to) : chatting.agents();
    agents.begin_segment();
    for (std::uint32_t agent = begin; agent < end; ++agent) {
      const AgentChatting of_agent = chatting.of_agent(agent);
      if (steps.take(steps_an_agent + (all ? 0 : of_agent.size()))) return {};
      if (of_agent.size() == 0 || range.to <= of_agent.span(0).from) continue;
      ChattingTime& time = agents.of(index, agent, range);
      if (all) {
        time.add(of_agent, next_start);
      } else {
        time.add(chatting.of_agent(agent, *rows, segment.started_at()), next_start);
      }
    }
  }
  std::vector<report::TimesCell> table;
  for (const auto& [agent_id, time] : agents) {
    if (steps.take(steps_an_agent)) return {};
    if (time.length().count() > 0) {
      table.push_back({0, std::string(std::get<std::string_view>(agent_id)), time.length()});
    }
  }
  return table;
}

constexpr std::size_t least_segments_for_parts = 32;

// An agent's time is added up over all segments in turn, so the work is divided by agents: at ids
// of one segment, which divide those of the others nearly as evenly.
std::vector<AgentRange> parts_of(const Chunks<Segment>& segments, const IdleThreads& idle_threads) {
  std::vector<AgentRange> parts(1);
  if (segments.size() < least_segments_for_parts) return parts;
  const FieldIndex index = segments[segments.size() / 2]->index(agent_field);
  const auto count = static_cast<std::uint32_t>(idle_threads.size() + 1);
  for (std::uint32_t part = 1; part < count && part < index.size(); ++part) {
    const report::Value bound = index.value(index.size() * part / count);
    if (parts.back().from == bound) continue;
    parts.back().to = bound;
    parts.push_back({bound, std::nullopt});
  }
  return parts;
}

}  // namespace

// Cost: two searches for each agent and segment; if the predicate leaves chats out, the intervals
// of the segments in the range.
report::Table run_source(const Run& run, const report::ChattingTimesSource&) {
  const report::Predicate predicate = prepared(run.plan.predicate);
  const std::vector<AgentRange> parts = parts_of(run.chunks<Segment>(), run.idle_threads);
  std::vector<std::vector<report::TimesCell>> tables(parts.size());
  run.idle_threads.run(parts.size(), [&](std::size_t part) {
    tables[part] = times_of_agents(run, predicate, parts[part]);
  });
  for (std::size_t part = 1; part < tables.size(); ++part) {
    std::ranges::move(tables[part], std::back_inserter(tables[0]));
  }
  std::size_t bytes = 0;
  for (const report::TimesCell& cell : tables[0]) {
    bytes += run.allowance.bytes_of_cell(cell.agent_id.size());
  }
  run.allowance.is_used_up_by(bytes);
  return std::move(tables[0]);
}

}  // namespace chatreports::engine::native
