#include "engine/native/parts/agent_history.h"

#include <algorithm>

#include "base/check.h"
#include "engine/native/columns/search.h"

namespace chatreports::engine::native {

AgentHistory AgentHistory::with(std::span<const StatusSet> statuses) const {
  std::vector<StatusSet> added(statuses.begin(), statuses.end());
  std::ranges::stable_sort(added, {}, &StatusSet::at);
  AgentHistory history;
  history.entries_.reserve(entries_.size() + added.size());
  const auto add = [&history](Instant at, chat::AgentStatus status) {
    if (!history.entries_.empty() && history.entries_.back().at == at) {
      history.entries_.back().status = status;  // no sum depends on it yet
      return;
    }
    Entry entry{at, status, {}, {}};
    if (!history.entries_.empty()) {
      const Entry& last = history.entries_.back();
      entry.accepting_before = last.accepting_before;
      entry.not_accepting_before = last.not_accepting_before;
      const Duration length = at - last.at;
      if (last.status == chat::AgentStatus::accepting_chats) {
        entry.accepting_before += length;
      } else if (last.status == chat::AgentStatus::not_accepting_chats) {
        entry.not_accepting_before += length;
      }
    }
    history.entries_.push_back(entry);
  };
  auto next = added.begin();
  for (const Entry& entry : entries_) {
    for (; next != added.end() && next->at < entry.at; ++next) add(next->at, next->status);
    add(entry.at, entry.status);
  }
  for (; next != added.end(); ++next) add(next->at, next->status);
  return history;
}

AgentHistory AgentHistory::from(Instant at) const {
  const std::vector<StatusSet> all = statuses();
  auto first =
      std::ranges::partition_point(all, [at](const StatusSet& set) { return set.at < at; });
  if (first != all.begin()) --first;
  return AgentHistory().with({first, all.end()});
}

std::vector<StatusSet> AgentHistory::statuses() const {
  std::vector<StatusSet> statuses;
  statuses.reserve(entries_.size());
  for (const Entry& entry : entries_) statuses.push_back({entry.at, entry.status});
  return statuses;
}

Duration AgentHistory::time_before(Instant at, chat::AgentStatus status, std::size_t& place) const {
  CHECK(status != chat::AgentStatus::offline);
  place = first_near(place, entries_.size(),
                     [&](std::size_t number) { return entries_[number].at < at; });
  if (place == 0) return {};
  const Entry& last = entries_[place - 1];
  Duration time = status == chat::AgentStatus::accepting_chats ? last.accepting_before
                                                               : last.not_accepting_before;
  if (last.status == status) time += at - last.at;
  return time;
}

std::optional<Instant> AgentHistory::last_since(chat::AgentStatus status) const {
  if (entries_.empty() || entries_.back().status != status) return std::nullopt;
  return entries_.back().at;
}

void AgentHistory::add_spans(chat::AgentStatus status, Span within, std::vector<Span>& into) const {
  auto entry = std::ranges::partition_point(
      entries_, [&within](const Entry& candidate) { return candidate.at <= within.from; });
  if (entry != entries_.begin()) --entry;
  for (; entry != entries_.end() && entry->at < within.to; ++entry) {
    const auto next = entry + 1;
    if (entry->status != status || next == entries_.end()) continue;
    const Span span{std::max(entry->at, within.from), std::min(next->at, within.to)};
    if (span.from < span.to) into.push_back(span);
  }
}

Span AgentHistory::around(Instant first, Instant last) const {
  const auto from = std::ranges::partition_point(
      entries_, [first](const Entry& entry) { return entry.at < first; });
  const auto to = std::ranges::partition_point(
      entries_, [last](const Entry& entry) { return entry.at <= last; });
  return {from == entries_.begin() ? first : (from - 1)->at,
          to == entries_.end() ? latest_instant : to->at};
}

}  // namespace chatreports::engine::native
