#pragma once
// The statuses that one agent has set, each with the time spent in each status before, so that two
// searches tell how long the agent had a status within a range.

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
  // Returns the history with these statuses too. Each replaces the one that is known for its time.
  // They may come in any order; the last one for a time counts.
  AgentHistory with(std::span<const StatusSet> statuses) const;

  // Returns the history without the statuses that no longer held at that time.
  AgentHistory from(Instant at) const;

  // Returns how long the agent had the status before `at`. It is not offline. The status that was
  // set last still holds. Instants ascend from call to call: `place` is where the search begins, 0
  // for the first call.
  Duration time_before(Instant at, chat::AgentStatus status, std::size_t& place) const;
  // Returns when the agent's last status was set, if it is `status`.
  std::optional<Instant> last_since(chat::AgentStatus status) const;
  // Adds the spans of the status that have ended to `into`, cut to `within`.
  void add_spans(chat::AgentStatus status, Span within, std::vector<Span>& into) const;
  // Returns the span from the status before `first` to the one after `last`. A status that is set
  // from `first` to `last`, both included, changes nothing outside of it.
  Span around(Instant first, Instant last) const;
  std::vector<StatusSet> statuses() const;  // ascending
  std::size_t size() const { return entries_.size(); }
  // Returns when the first status was set; the latest instant if there is none.
  Instant first() const { return entries_.empty() ? latest_instant : entries_.front().at; }
  std::size_t bytes() const { return entries_.capacity() * sizeof(Entry); }

 private:
  struct Entry {
    Instant at;
    chat::AgentStatus status = chat::AgentStatus::offline;
    Duration accepting_before{};
    Duration not_accepting_before{};
  };

  std::vector<Entry> entries_;  // ascending by `at`, each once
};

}  // namespace chatreports::engine::native
