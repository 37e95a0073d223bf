#pragma once
// Reads the changes in the order in which engines need them.

#include <cstddef>
#include <functional>
#include <span>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/thread.h"
#include "store/damage.h"
#include "store/deletions.h"
#include "store/sqlite.h"
#include "store/string_rows.h"

namespace chatreports::store {

// The statements, prepared once: a server replays after every group of webhooks.
struct ReplayStatements {
  explicit ReplayStatements(StatementPreparer& prepare);
  Statement thread_places;
  Statement greeting_places;
  Statement agent_places;
  Statement status_places;
  Statement thread;
  Statement move;
  Statement greeting;
  Statement replacement;
  Statement agent;
  Statement status;
};

// What a replay reads.
struct ReplaySource {
  Database& database;
  ReplayStatements& statements;
  StringRows& strings;
  Deletions& deletions;
};

// As Store::replay. Returns the number of rows that were left out because their checksum is wrong.
// Adds rows with a right checksum that cannot be read to `unreadable`.
Result<std::size_t> replay_changes(
    ReplaySource source, ChangeNumber after, std::size_t batch_size, Damage& unreadable,
    const std::function<Result<void>(std::span<const chat::Change>)>& take);

}  // namespace chatreports::store
