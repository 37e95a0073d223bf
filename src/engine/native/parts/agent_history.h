#pragma once
// The statuses that one agent has set, with the time spent in each before: how long the agent had a
// status within a range is two searches.

#include <optional>
#include <span>
#include <vector>

#include "chat/record.h"
#include "engine/native/columns/interval_set.h"

namespace chatreports::engine::native {

struct StatusSet {
  Instant at;
  chat::AgentStatus status = chat::AgentStatus::offline;
};

// Immutable; any thread may read it.
class AgentHistory {
 public:
  // The same with these: each replaces the one that is known of its time. In any order; of the same
  // time, the last counts.
  AgentHistory with(std::span<const StatusSet> statuses) const;

  // How long before `at` the agent had the status, which is not offline. What was set last holds.
  Duration time_before(Instant at, chat::AgentStatus status) const;
  // Since when the agent has the status that was set last, where that is `status`.
  std::optional<Instant> last_since(chat::AgentStatus status) const;
  // Adds the spans of the status that are over, cut to `within`.
  void add_spans(chat::AgentStatus status, Span within, std::vector<Span>& into) const;
  // From the status set before `first` to the one after `last`: what a change between them, both
  // ends included, can have changed.
  Span around(Instant first, Instant last) const;
  std::vector<StatusSet> statuses() const;  // ascending
  std::size_t size() const { return entries_.size(); }
  // When the first was set; the latest instant where none was.
  Instant first() const { return entries_.empty() ? latest_instant : entries_.front().at; }
  std::size_t bytes() const { return entries_.capacity() * sizeof(Entry); }

 private:
  struct Entry {
    Instant at;
    chat::AgentStatus status = chat::AgentStatus::offline;
    Duration accepting_before;
    Duration not_accepting_before;
  };

  std::vector<Entry> entries_;  // ascending by `at`, each once
};

}  // namespace chatreports::engine::native
