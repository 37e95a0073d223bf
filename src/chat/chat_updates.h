#pragma once
// The updates of webhooks that name a chat and no thread. Some are about all threads of the chat,
// the others about the thread that was running at their time: the latest that had begun by then. A
// thread that turns up later may be that thread, so the updates are kept with the chat. Pure.
// Source: docs/definitions/webhooks.md.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chat/record.h"

namespace chatreports::chat {

struct RunningThreadUpdate {
  TimedUpdate update;
  std::string event_id;                    // as in WebhookRecord
  std::vector<std::int64_t> outranked_in;  // threads whose chat record came later; ascending
  bool operator==(const RunningThreadUpdate&) const = default;
};

struct ChatUpdates {
  std::vector<TimedUpdate> of_all_threads;
  std::vector<RunningThreadUpdate> of_running_threads;  // in the order in which they happened
  bool operator==(const ChatUpdates&) const = default;
};

// Adds the updates of a webhook that names no thread.
void add(ChatUpdates& known, const WebhookRecord& record);

// Returns the updates that apply to all threads of the chat.
std::vector<Update> updates_of_all_threads(const WebhookRecord& record);

// Call when a chat record of the thread comes: updates without a time of their own that came before
// are older than it.
void outrank(ChatUpdates& known, std::int64_t thread_number);

// A thread of the chat, in the order of the starts; the number breaks ties.
struct ThreadStart {
  Instant started_at;
  std::int64_t thread_number = 0;
  auto operator<=>(const ThreadStart&) const = default;
};

// Returns the updates for which threads[at] was the running thread, in the order in which they
// happened. `threads` are all threads of the chat that have begun, ascending.
std::vector<TimedUpdate> updates_of_thread(const ChatUpdates& updates,
                                           std::span<const ThreadStart> threads, std::size_t at,
                                           std::string_view thread_id);

// About the bytes that a store needs, as chat/record_size.h counts, if each of `more_threads`
// threads outranks all updates.
std::size_t size_of(const ChatUpdates& updates, std::size_t more_threads = 0);

}  // namespace chatreports::chat
