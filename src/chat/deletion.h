#pragma once
// What may be deleted. Source: docs/deletion.md.

#include <string>
#include <variant>

#include "base/error.h"
#include "time/instant.h"

namespace chatreports::chat {

// One thread, which must be known or deleted.
struct ThreadDeletion {
  std::string thread_id;
  bool operator==(const ThreadDeletion&) const = default;
};

// An agent's id, name and time zone. The id is replaced by a digest wherever it stands, so no other
// figure changes.
struct AgentDeletion {
  std::string agent_id;
  bool operator==(const AgentDeletion&) const = default;
};

// Threads that began before, and what else happened before.
struct TimeDeletion {
  Instant before;
  bool operator==(const TimeDeletion&) const = default;
};

// Everything of the licence.
struct LicenseDeletion {
  bool operator==(const LicenseDeletion&) const = default;
};

using Deletion = std::variant<ThreadDeletion, AgentDeletion, TimeDeletion, LicenseDeletion>;

// Fails with what is wrong with the id or the time, such as "must not be in the future".
Result<void> check(const Deletion& deletion, Instant now);

}  // namespace chatreports::chat
