#pragma once
// The times at which agents took part in a segment's chats.

#include <cstdint>
#include <span>
#include <vector>

#include "engine/native/columns/array.h"
#include "engine/native/columns/integer_column.h"
#include "engine/native/columns/interval_set.h"
#include "engine/native/columns/merge.h"
#include "engine/native/columns/row_set.h"
#include "engine/native/columns/time_column.h"

namespace chatreports::engine::native {

// The times at which one agent chatted in a segment's chats: spans that ascend and do not touch
// each other. A view: the segment must outlive it.
class AgentChatting {
 public:
  AgentChatting(std::span<const Instant> begins, const IntegerColumn& lengths, std::uint32_t first,
                Duration whole)
      : begins_(begins), lengths_(&lengths), first_(first), whole_(whole) {}

  std::uint32_t size() const { return static_cast<std::uint32_t>(begins_.size()); }
  Span span(std::uint32_t number) const {
    return {begins_[number], begins_[number] + Duration{lengths_->value(first_ + number)}};
  }
  // As in IntervalSet.
  Duration before(Instant at) const;
  Duration whole() const { return whole_; }

 private:
  std::span<const Instant> begins_;
  const IntegerColumn* lengths_;
  std::uint32_t first_;  // the place of the first span in lengths_
  Duration whole_{};
};

class Chatting {
 public:
  struct Interval {
    std::uint32_t agent = 0;  // its number among the values of the segment's agent index
    std::uint32_t row = 0;
    Instant from;  // not before the start of the row's chat
    Instant to;
    auto operator<=>(const Interval&) const = default;
  };

  Chatting() = default;
  // The intervals may come in any order. `agents` is the size of the segment's agent index.
  Chatting(std::vector<Interval> intervals, const TimeColumn& started_at, std::uint32_t agents);

  // Adds the intervals of the rows that move to `into`, under the new numbers of rows and agents.
  void add_moved(const TimeColumn& started_at, const NewNumbers& rows, const NewNumbers& agents,
                 std::vector<Interval>& into) const;

  std::uint32_t size() const { return static_cast<std::uint32_t>(rows_.size()); }
  std::uint32_t agents() const { return static_cast<std::uint32_t>(ends_.size()); }
  // Return when the agent chatted at all, and when in the chats of these rows.
  AgentChatting of_agent(std::uint32_t agent) const;
  IntervalSet of_agent(std::uint32_t agent, const RowSet& rows, const TimeColumn& started_at) const;
  // Returns the end of the last interval; the earliest instant if there is none.
  Instant end() const { return end_; }

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    layout(self.rows_, self.wait_, self.length_, self.ends_, self.begins_, self.lengths_,
           self.wholes_, self.end_);
  }

 private:
  std::uint32_t first_of(std::uint32_t agent) const { return agent == 0 ? 0 : ends_[agent - 1]; }
  Span interval(std::uint32_t number, const TimeColumn& started_at) const {
    const Instant from = started_at.value(rows_[number]) + Duration{wait_.value(number)};
    return {from, from + Duration{length_.value(number)}};
  }

  // Of each interval, by agent:
  Array<std::uint16_t> rows_;
  IntegerColumn wait_;    // from the start of the chat to the interval's
  IntegerColumn length_;  // of the interval
  // Of each agent:
  Array<std::uint32_t> ends_;  // of the agent's intervals
  Lists<Instant> begins_;      // of the agent's spans
  Array<Duration> wholes_;     // the length of all of them
  IntegerColumn lengths_;      // of the spans of all agents, one agent after another
  Instant end_ = earliest_instant;
};

}  // namespace chatreports::engine::native
