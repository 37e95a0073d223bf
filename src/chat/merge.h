#pragma once
// How what comes in changes what is known of a thread. Pure; whatever the order in which records
// of different kinds come, the result is the same.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chat/record.h"

namespace chatreports::chat {

// The chat record replaces what was known, but for what it does not carry and only other records
// tell: ended_at; waits in the queue; the country that was told first; goals and sales (those of
// records of their own stay; those of an earlier chat record stay where the new one carries none);
// when the greeting was displayed; and what webhooks told that it does not outrank, see
// chat/operations.h.
void merge(ThreadRecord& known, ThreadRecord incoming);

// A chat record without its events, which the API withholds: it adds to what is known and takes
// nothing away. Lists are united; its properties count; of all else what is known stays.
void add_restricted(ThreadRecord& known, ThreadRecord incoming);

// Adds the wait in the queue, or replaces the one that began then.
void merge(ThreadRecord& known, const QueueStay& incoming);

// Adds the time unless it is there.
void add_queued_at(ThreadRecord& known, Instant at);

// Whether anything can depend on who the customer is: that is so in a queue, in a thread without
// agents, which may have ended in one, and where webhooks name authors by their ids.
bool needs_customer(const ThreadRecord& record);

// The digests of authors who are neither users nor joined agents, as far as is known by now;
// ascending, each once.
std::vector<std::uint64_t> unlisted_authors(const ThreadRecord& record);

// Adds the goal or sale, or gives the one that such a record told before its time. The goals and
// sales of the chat record stay beside it, unchanged.
void merge(ThreadRecord& known, const AchievementRecord& incoming);

// The properties lc2.greeting_id and lc2.greeting_unique_id of a record without operations, if they
// have the right type.
std::optional<std::int64_t> greeting_id(const ThreadRecord& record);
std::optional<std::string> greeting_unique_id(const ThreadRecord& record);

}  // namespace chatreports::chat
