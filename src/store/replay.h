#pragma once
// Reads the changes out of the store in the order in which reports want them.

#include <functional>
#include <span>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/thread.h"
#include "store/sqlite.h"
#include "store/text_table.h"

namespace chatreports::store {

// What it asks, prepared once: a server replays after every group of webhooks.
struct ReplayStatements {
  explicit ReplayStatements(Preparation& prepare);
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

// As Store::replay.
Result<void> replay_changes(Database& database, ReplayStatements& statements, TextTable& texts,
                            ChangeNumber after, std::size_t batch_size,
                            const std::function<Result<void>(std::span<const chat::Change>)>& take);

}  // namespace chatreports::store
