#pragma once
// Derives the facts of a thread from its record. Pure. Source: docs/definitions/facts.md.

#include <string_view>

#include "chat/record.h"
#include "chat/thread.h"

namespace chatreports::chat {

// The ids of a thread, which a report shows if its customer left the queue.
struct ThreadIds {
  std::string_view thread = {};
  std::string_view chat = {};  // empty: not known
};

// Requires record.from_chat_record.
Thread derive(const ThreadRecord& record, const ThreadIds& ids = {});

}  // namespace chatreports::chat
