#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/native/run_plan.h"
#include "engine/native/select.h"

namespace chatreports::engine::native {
namespace {

// How long one agent chatted, added up over the segments in their order. Chats of a segment may
// still be under way when those of the next ones begin: what reaches there is carried along, so
// that no moment counts twice.
class ChattingTime {
 public:
  explicit ChattingTime(Span range) : range_(range) {}

  // `next_start` is when the first chat of the segments to come starts.
  void add(const CoverageView& chatting, Instant next_start) {
    length_ += length_within(chatting, range_);
    for (const Span& span : carried_) {
      const Span seen{std::max(span.from, range_.from), std::min(span.to, range_.to)};
      if (seen.from < seen.to) length_ -= length_within(chatting, seen);
    }
    if (carried_.empty() && chatting.end() <= next_start) return;
    const auto begin = std::ranges::partition_point(
        chatting.spans, [next_start](const Span& span) { return span.to <= next_start; });
    std::erase_if(carried_, [next_start](const Span& span) { return span.to <= next_start; });
    carried_.insert(carried_.end(), begin, chatting.spans.end());
    const Coverage merged = Coverage::of(std::move(carried_));
    carried_.assign(merged.view().spans.begin(), merged.view().spans.end());
  }

  Duration length() const { return {length_}; }

 private:
  static std::int64_t length_within(const CoverageView& coverage, Span within) {
    if (coverage.spans.empty()) return 0;
    if (within.from <= coverage.spans.front().from && coverage.end() <= within.to) {
      return coverage.whole().microseconds;
    }
    return coverage.before(within.to).microseconds - coverage.before(within.from).microseconds;
  }

  Span range_;
  std::int64_t length_ = 0;
  std::vector<Span> carried_;  // apart from each other
};

}  // namespace

report::Table run_chatting_times(const Segments& segments, const report::Plan& plan) {
  const Span range{plan.buckets.range().from, plan.buckets.range().to};
  const report::Predicate predicate = prepared(plan.predicate);
  const bool all = holds_for_all(predicate);
  std::map<report::Value, ChattingTime> agents;
  for (std::size_t at = 0; at < segments.size(); ++at) {
    const Segment& segment = *segments[at];
    if (range.to <= segment.first_start()) break;
    const Chatting& chatting = segment.chatting();
    if (chatting.end() <= range.from) continue;
    const Instant next_start =
        at + 1 < segments.size() ? segments[at + 1]->first_start() : latest_instant;
    std::optional<RowSet> rows;
    if (!all) rows = select(segment, predicate);
    const FieldIndex& index = segment.index({report::Field::Kind::agent, {}, {}});
    for (std::uint32_t agent = 0; agent < chatting.agents(); ++agent) {
      const CoverageView coverage = chatting.of_agent(agent);
      if (coverage.spans.empty() || range.to <= coverage.spans.front().from) continue;
      ChattingTime& time = agents.try_emplace(index.value(agent), range).first->second;
      if (all) {
        time.add(coverage, next_start);
      } else {
        const Coverage chosen = chatting.of_agent(agent, *rows, segment.started_at());
        time.add(chosen.view(), next_start);
      }
    }
  }
  std::vector<report::TimesCell> table;
  for (const auto& [agent_id, time] : agents) {
    if (time.length().microseconds > 0) {
      table.push_back({0, std::get<std::string>(agent_id), time.length()});
    }
  }
  return table;
}

}  // namespace chatreports::engine::native
