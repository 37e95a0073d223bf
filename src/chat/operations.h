#pragma once
// How what webhooks told of a thread comes together: with each other, and with what a chat record
// tells. Pure. Where the input says when each was received, neither order nor duplicates matter;
// where it does not, they count in the order of their coming. Source: docs/definitions.md,
// "Webhooks".

#include <vector>

#include "chat/record.h"

namespace chatreports::chat {

// Of one thing (a tag, a property, an event …) the latest is kept; of an end the earliest; of
// joining and leaving all. What the chat record outranks changes nothing, and neither does what is
// beyond the limits of a record.
void apply(ThreadRecord& known, const Operation& operation, ToldAt told_at);

// The webhook's record of a beginning: where a chat record is known, it changes nothing.
void merge_beginning(ThreadRecord& known, ThreadRecord beginning);

// Those that a chat record which comes now leaves standing: what it can't tell (an end, joining and
// leaving), and what happened after all that it knows of. What has no time but that of its receipt
// is older than a record that comes after it.
void forget_outranked(std::vector<ToldOperation>& operations, const ThreadRecord& record);

// The record with all that was told over it; of the operations, joining and leaving are left.
ThreadRecord resolve(const ThreadRecord& record);

// The latest moment that the record itself knows of.
Instant last_moment(const ThreadRecord& record);

}  // namespace chatreports::chat
