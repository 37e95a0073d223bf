#pragma once
// How far the chats of another system were fetched: kept in the store (chat::FetchState), and moved
// in the transaction that holds the records.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "chat/record.h"
#include "time/instant.h"

namespace chatreports::pull {

struct PullState {
  std::string owner = {};  // Source::owner of the chats that are in; empty: not known
  Instant begun_at = {};   // PullerOptions::begun_at of the fetch that this is the state of
  // Threads created before then are not fetched; nothing: all are.
  std::optional<Instant> since = {};
  // The creation of the oldest thread to fetch, once it is known.
  std::optional<Instant> begin = {};
  // All threads created since then are in; nothing before that, while `history_is_done` is false.
  std::optional<Instant> history_from = {};
  bool history_is_done = false;
  // All threads created before then have been listed once.
  std::optional<Instant> newest = {};
  // Of a source that tells changes: those before then, by the clock of this machine, are in.
  std::optional<Instant> changes_from = {};
  // When the last day was read again, and the last three; both to their end.
  std::optional<Instant> read_again_at = {};
  std::optional<Instant> read_at_night_at = {};
  // As they were listed last, and when all of them were stored, whether they had changed or not.
  std::map<std::string, chat::AgentStatus> statuses = {};
  std::optional<Instant> statuses_stored_at = {};
  std::optional<Instant> succeeded_at = {};  // the last request
  std::string failure = {};                  // why the last request failed; empty if it did not
  std::optional<Instant> failed_at = {};     // since when requests fail
  bool operator==(const PullState&) const = default;
};

std::string format_pull_state(const PullState& state);
// Fails if the text was written by another version of the program.
Result<PullState> parse_pull_state(std::string_view text);

}  // namespace chatreports::pull
