#pragma once
// A thread's record with its updates applied. Pure.

#include <cstdint>
#include <map>
#include <string>

#include "chat/thread_record.h"

namespace chatreports::chat {

// Returns the record with all of its updates applied. Of the updates, joinings and leavings of
// agents (PresenceUpdate) are left.
ThreadRecord resolve(const ThreadRecord& record);

// Returns the agents among the thread's own users and those who joined or left it: their ids by
// author_digest.
std::map<std::uint64_t, std::string> agents_by_digest(const ThreadRecord& record);

}  // namespace chatreports::chat
