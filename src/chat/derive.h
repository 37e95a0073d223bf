#pragma once
// A thread's record → its facts. Pure.

#include "chat/record.h"
#include "chat/thread.h"

namespace chatreports::chat {

// `record.from_chat_record` must be true.
Thread derive(const ThreadRecord& record);

}  // namespace chatreports::chat
