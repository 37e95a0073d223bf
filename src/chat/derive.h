#pragma once
// Derives the facts of a thread from its record. Pure. Source: docs/definitions/facts.md.

#include "chat/record.h"
#include "chat/thread.h"

namespace chatreports::chat {

// Requires record.from_chat_record.
Thread derive(const ThreadRecord& record);

}  // namespace chatreports::chat
