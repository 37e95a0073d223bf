#pragma once
// When which agents took part in a segment's chats.

#include <cstdint>
#include <span>
#include <vector>

#include "engine/native/columns/array.h"
#include "engine/native/columns/column.h"
#include "engine/native/columns/interval_set.h"
#include "engine/native/columns/merge.h"
#include "engine/native/columns/row_set.h"

namespace chatreports::engine::native {

// When one agent chatted, within a segment: spans that ascend, none of them touching another.
class AgentChatting {
 public:
  AgentChatting(std::span<const Instant> begins, const Column& lengths, std::uint32_t first,
                Duration whole)
      : begins_(begins), lengths_(&lengths), first_(first), whole_(whole) {}

  std::uint32_t size() const { return static_cast<std::uint32_t>(begins_.size()); }
  Span span(std::uint32_t number) const {
    return {begins_[number], begins_[number] + Duration{lengths_->value(first_ + number)}};
  }
  // As Coverage.
  Duration before(Instant at) const;
  Duration whole() const { return whole_; }

 private:
  std::span<const Instant> begins_;
  const Column* lengths_;
  std::uint32_t first_;  // of the spans, among all lengths
  Duration whole_;
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
  // In any order. `agents` is how many numbers of agents there are.
  Chatting(std::vector<Interval> intervals, const TimeColumn& started_at, std::uint32_t agents);

  // Adds those of the rows and agents that go elsewhere, under their new numbers, to `into`.
  void add_moved(const TimeColumn& started_at, const NewNumbers& rows, const NewNumbers& agents,
                 std::vector<Interval>& into) const;

  std::uint32_t size() const { return static_cast<std::uint32_t>(rows_.size()); }
  std::uint32_t agents() const { return static_cast<std::uint32_t>(ends_.size()); }
  // When the agent chatted at all, and in the chats of these rows.
  AgentChatting of_agent(std::uint32_t agent) const;
  Coverage of_agent(std::uint32_t agent, const RowSet& rows, const TimeColumn& started_at) const;
  // The end of the last interval; the earliest instant where there is none.
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

  Array<std::uint16_t> rows_;
  Column wait_;                // from the start of the chat to the interval's
  Column length_;              // of the interval
  Array<std::uint32_t> ends_;  // of each agent's intervals
  Lists<Instant> begins_;      // of the spans of each agent
  Column lengths_;             // of the spans of all agents in turn
  Array<Duration> wholes_;     // of each agent's spans
  Instant end_ = earliest_instant;
};

}  // namespace chatreports::engine::native
