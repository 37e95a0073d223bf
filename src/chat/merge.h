#pragma once
// How records combine into what is known of a thread. Pure. The result is the same in whatever
// order records of different kinds come. Source: docs/definitions/records.md.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chat/record.h"

namespace chatreports::chat {

// Replaces what is known by the chat record, except for what the record lacks and only other
// records contain: ended_at; waits in the queue; the first country that was given for the customer;
// goals and sales (those of their own records stay; those of an earlier chat record stay if the new
// one has none); when the greeting was displayed; and the updates that the record does not outrank,
// see chat/updates.h.
void merge(ThreadRecord& known, ThreadRecord incoming);

// Adds a chat record without its events, which the API withholds. It removes nothing: lists are
// united, its properties replace those of the same name, and of everything else what is known
// stays.
void add_restricted(ThreadRecord& known, ThreadRecord incoming);

// Adds the wait in the queue, or replaces the one that began at the same time.
void merge(ThreadRecord& known, const QueueStay& incoming);

// Adds the time unless it is known.
void add_queued_at(ThreadRecord& known, Instant at);

// Adds the goal or sale, or sets the time of the one that such a record has added before. The goals
// and sales of the chat record stay beside it, unchanged.
void merge(ThreadRecord& known, const AchievementRecord& incoming);

// Returns whether a figure can depend on who the customer is: in a queue, in a thread without
// agents, which may have ended in a queue, and where webhooks name authors by their ids.
bool needs_customer(const ThreadRecord& record);

// Returns the digests of authors who are neither users nor joined agents, as far as is known now;
// ascending, each once.
std::vector<std::uint64_t> unlisted_authors(const ThreadRecord& record);

// The properties lc2.greeting_id and lc2.greeting_unique_id of a record without updates, if they
// have the right type.
std::optional<std::int64_t> greeting_id(const ThreadRecord& record);
std::optional<std::string> greeting_unique_id(const ThreadRecord& record);

}  // namespace chatreports::chat
