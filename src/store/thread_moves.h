#pragma once
// The starts that threads had before.

#include <cstdint>
#include <string>

#include "base/error.h"
#include "store/sqlite.h"
#include "time/instant.h"

namespace chatreports::store {

// The statement for start_after.
std::string first_move_after();

// Returns the start of a complete thread after that change: the one before the first move since
// then; `now`, the present one, if there was no move. Fails if the history is damaged; `path` is
// that of the database.
Result<Instant> start_after(Statement& first_move, const std::string& path,
                            std::int64_t thread_number, std::int64_t change, Instant now);

}  // namespace chatreports::store
