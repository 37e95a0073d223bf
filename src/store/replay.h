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

// As Store::replay.
Result<void> replay_changes(Database& database, TextTable& texts, ChangeNumber after,
                            std::size_t batch_size,
                            const std::function<Result<void>(std::span<const chat::Change>)>& take);

}  // namespace chatreports::store
