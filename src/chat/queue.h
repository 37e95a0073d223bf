#pragma once
// Derives when a chat waited in the queue, and how that ended. Pure. Source:
// docs/definitions/facts.md, "The queue".

#include <optional>
#include <vector>

#include "chat/thread.h"
#include "chat/thread_record.h"

namespace chatreports::chat {

// `events` are those of the record, by time; the record is resolved. `thread` has its start,
// duration, agents and properties. Returns nothing for a chat that was not queued or waits still.
// The ids of the result are left empty.
std::optional<Queue> derive_queue(const ThreadRecord& record,
                                  const std::vector<const Event*>& events, const Thread& thread);

}  // namespace chatreports::chat
