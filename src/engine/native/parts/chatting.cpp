#include "engine/native/parts/chatting.h"

#include <algorithm>

#include "base/check.h"
#include "engine/native/columns/search.h"

namespace chatreports::engine::native {

Chatting::Chatting(std::vector<Interval> intervals, const TimeColumn& started_at,
                   std::uint32_t agents) {
  std::sort(intervals.begin(), intervals.end());
  std::vector<std::uint16_t> rows;
  std::vector<std::uint32_t> ends(agents, 0);
  std::vector<std::int64_t> waits;
  std::vector<std::int64_t> lengths;
  std::vector<std::vector<Span>> spans(agents);
  rows.reserve(intervals.size());
  for (const Interval& interval : intervals) {
    CHECK(interval.agent < agents && started_at.value(interval.row) <= interval.from);
    rows.push_back(static_cast<std::uint16_t>(interval.row));
    waits.push_back((interval.from - started_at.value(interval.row)).count());
    lengths.push_back((interval.to - interval.from).count());
    spans[interval.agent].push_back({interval.from, interval.to});
    ends[interval.agent] = static_cast<std::uint32_t>(rows.size());
    end_ = std::max(end_, interval.to);
  }
  // The intervals of an agent without any end where those of the agent before end.
  for (std::uint32_t agent = 1; agent < agents; ++agent) {
    ends[agent] = std::max(ends[agent], ends[agent - 1]);
  }
  rows_ = std::move(rows);
  ends_ = std::move(ends);
  wait_ = IntegerColumn(waits);
  length_ = IntegerColumn(lengths);
  Lists<Instant>::Builder begins;
  std::vector<std::int64_t> lengths_of_spans;
  std::vector<Duration> wholes;
  std::vector<Instant> of_one;
  for (std::vector<Span>& of_agent : spans) {
    const IntervalSet set = IntervalSet::of(std::move(of_agent));
    of_one.clear();
    for (const Span& span : set.spans()) {
      of_one.push_back(span.from);
      lengths_of_spans.push_back((span.to - span.from).count());
    }
    begins.push_back(of_one);
    wholes.push_back(set.whole());
  }
  begins_ = std::move(begins).build();
  lengths_ = IntegerColumn(lengths_of_spans);
  wholes_ = std::move(wholes);
}

Duration AgentChatting::before(Instant at) const {
  const auto next = static_cast<std::uint32_t>(count_below(begins_, at));
  if (next == 0) return {};
  const Span last = span(next - 1);
  return Duration(static_cast<std::int64_t>(lengths_->sum({first_, first_ + next - 1}))) +
         (std::min(at, last.to) - last.from);
}

AgentChatting Chatting::of_agent(std::uint32_t agent) const {
  return {begins_[agent], lengths_, begins_.begin_of(agent), wholes_[agent]};
}

void Chatting::add_moved(const TimeColumn& started_at, const NewNumbers& rows,
                         const NewNumbers& agents, std::vector<Interval>& into) const {
  for (std::uint32_t agent = 0; agent < this->agents(); ++agent) {
    for (std::uint32_t number = first_of(agent); number < ends_[agent]; ++number) {
      const std::uint32_t row = rows[rows_[number]];
      if (row == gone) continue;
      const Span span = interval(number, started_at);
      into.push_back({agents[agent], row, span.from, span.to});
    }
  }
}

IntervalSet Chatting::of_agent(std::uint32_t agent, const RowSet& rows,
                               const TimeColumn& started_at) const {
  std::vector<Span> spans;
  for (std::uint32_t number = first_of(agent); number < ends_[agent]; ++number) {
    if (!rows.contains(rows_[number])) continue;
    spans.push_back(interval(number, started_at));
  }
  return IntervalSet::of(std::move(spans));
}

}  // namespace chatreports::engine::native
