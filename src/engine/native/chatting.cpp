#include "engine/native/chatting.h"

#include <algorithm>

#include "base/check.h"

namespace chatreports::engine::native {

Chatting::Chatting(std::vector<Interval> intervals, const TimeColumn& started_at,
                   std::uint32_t agents) {
  std::sort(intervals.begin(), intervals.end());
  rows_.reserve(intervals.size());
  ends_.assign(agents, 0);
  std::vector<std::int64_t> waits;
  std::vector<std::int64_t> lengths;
  std::vector<std::vector<Span>> spans(agents);
  for (const Interval& interval : intervals) {
    CHECK(interval.agent < agents && started_at.value(interval.row) <= interval.from);
    rows_.push_back(static_cast<std::uint16_t>(interval.row));
    waits.push_back((interval.from - started_at.value(interval.row)).microseconds);
    lengths.push_back((interval.to - interval.from).microseconds);
    spans[interval.agent].push_back({interval.from, interval.to});
    ends_[interval.agent] = size();
    end_ = std::max(end_, interval.to);
  }
  // Agents without an interval end where the one before them does.
  for (std::uint32_t agent = 1; agent < agents; ++agent) {
    ends_[agent] = std::max(ends_[agent], ends_[agent - 1]);
  }
  wait_ = Column(waits);
  length_ = Column(lengths);
  of_agents_.reserve(agents);
  for (std::vector<Span>& of_agent : spans) {
    of_agents_.push_back(Coverage::of(std::move(of_agent)));
    of_agents_.back().shrink_to_fit();
  }
}

Chatting::Interval Chatting::interval(std::uint32_t number, const TimeColumn& started_at) const {
  const auto agent =
      static_cast<std::uint32_t>(std::ranges::upper_bound(ends_, number) - ends_.begin());
  const Instant from = started_at.value(rows_[number]) + Duration{wait_.value(number)};
  return {agent, rows_[number], from, from + Duration{length_.value(number)}};
}

Coverage Chatting::of_agent(std::uint32_t agent, const RowSet& rows,
                            const TimeColumn& started_at) const {
  std::vector<Span> spans;
  for (std::uint32_t number = first_of(agent); number < ends_[agent]; ++number) {
    if (!rows.contains(rows_[number])) continue;
    const Instant from = started_at.value(rows_[number]) + Duration{wait_.value(number)};
    spans.push_back({from, from + Duration{length_.value(number)}});
  }
  return Coverage::of(std::move(spans));
}

std::size_t Chatting::bytes() const {
  std::size_t bytes = rows_.capacity() * sizeof(rows_[0]) + wait_.bytes() + length_.bytes() +
                      ends_.capacity() * sizeof(ends_[0]);
  for (const Coverage& coverage : of_agents_) bytes += sizeof(Coverage) + coverage.bytes();
  return bytes;
}

}  // namespace chatreports::engine::native
