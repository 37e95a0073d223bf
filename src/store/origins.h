#pragma once
// The writers of the changes. Each writer begins an origin, a random number. Files that were
// made from the changes of a store can so tell whether it still holds them.

#include <cstdint>

#include "base/error.h"
#include "base/numbers.h"
#include "store/sqlite.h"

namespace chatreports::store {

// Call within a transaction: the changes after it have this origin.
Result<std::int64_t> begin_origin(Database& database);

// As Store::knows.
Result<bool> knows_origin(Database& database, std::int64_t origin, ChangeNumber last);

}  // namespace chatreports::store
