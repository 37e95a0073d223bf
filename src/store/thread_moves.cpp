#include "store/thread_moves.h"

#include "store/damaged.h"
#include "store/row_checksum.h"

namespace chatreports::store {

std::string first_move_after() {
  return select_rows(CheckedTable::thread_moves,
                     "WHERE thread_number = ?1 AND change > ?2 ORDER BY change LIMIT 1");
}

Result<Instant> start_after(Statement& first_move, const std::string& path,
                            std::int64_t thread_number, std::int64_t change, Instant now) {
  const ResetAtEnd reset(first_move);
  const auto moved = first_move.bind(1, thread_number).bind(2, change).step();
  if (!moved) return std::unexpected(moved.error());
  if (!*moved) return now;
  if (!is_intact(first_move, CheckedTable::thread_moves)) {
    return std::unexpected(damaged_history(path));
  }
  return from_unix_microseconds(first_move.integer(2));
}

}  // namespace chatreports::store
