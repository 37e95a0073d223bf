#pragma once
// The queue of a team. Of the live chats that customers begin, 14 % begin in the queue if the team
// is busy (that makes 12 % of all chats), and 2 % if not. Of the others 0.8 % are put back into the
// queue, because their agent has lost the connection. A fifth of the customers in the queue leave
// before an agent comes.

#include <cstdint>
#include <optional>

#include "time/instant.h"

namespace chatreports::generate {

// A wait in the queue. A chat has at most one.
struct QueueWait {
  bool is_at_start = false;  // the chat begins in the queue; else it is put back
  int after_responses = 0;   // the agents' responses before the wait
  bool customer_leaves = false;
  Duration length{};            // until an agent comes or the customer leaves
  bool is_length_told = false;  // by the chat, as `queues_duration`; else by its events alone
};

// Returns the wait of the live chat of that number, which a customer begins at `start`.
std::optional<QueueWait> queue_wait_of(std::uint64_t seed, std::uint64_t chat_number,
                                       Instant start);

}  // namespace chatreports::generate
