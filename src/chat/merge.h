#pragma once
// How what comes in changes what is known of a thread. Pure; whatever the order in which records
// of different kinds come, the result is the same.

#include <optional>
#include <string>

#include "chat/record.h"

namespace chatreports::chat {

// The chat record replaces what was known, but for what it does not carry and only other records
// tell: ended_at; goals and sales (those of records of their own stay; those of an earlier chat
// record stay where the new one carries none); when the greeting was displayed; and what webhooks
// told that it does not outrank, see chat/operations.h.
void merge(ThreadRecord& known, ThreadRecord incoming);

// Adds the goal or sale, or gives the one that such a record told before its time. What the chat
// record told stands beside it, untouched.
void merge(ThreadRecord& known, const AchievementRecord& incoming);

// Of a record without operations: the properties lc2.greeting_id and lc2.greeting_unique_id, where
// they are there in the right type.
std::optional<std::int64_t> greeting_id(const ThreadRecord& record);
std::optional<std::string> greeting_unique_id(const ThreadRecord& record);

}  // namespace chatreports::chat
