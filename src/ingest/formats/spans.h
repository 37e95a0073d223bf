#pragma once
// A conversation that can be closed and opened again → the times in which it was open, each of
// which is a thread. Pure.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "time/instant.h"

namespace chatreports::ingest {

// Something that happened to a conversation: a message, or a change of its state.
struct ConversationEntry {
  Instant at = {};
  std::int64_t order = 0;   // among those at the same time
  bool closes = false;      // after it
  bool opens = false;       // before it, if the conversation is closed then
  std::size_t message = 0;  // the caller's, if has_message
  bool has_message = false;
};

struct ConversationSpan {
  Instant from = {};
  std::optional<Instant> to = {};          // none: it is open
  std::vector<std::size_t> messages = {};  // what was said while it was open, and after it
};

// More are one.
constexpr std::size_t most_spans = 1'000;
constexpr std::size_t most_tags_of_spans = 1'000;  // that the caller gives to each

// Returns at least one span, in order. If the conversation is closed now and no entry says since
// when, the last span ends with its last message.
std::vector<ConversationSpan> spans_of(Instant created_at, std::vector<ConversationEntry> entries,
                                       bool is_closed);

}  // namespace chatreports::ingest
