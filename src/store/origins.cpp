#include "store/origins.h"

#include <utility>

namespace chatreports::store {

Result<std::int64_t> begin_origin(Database& database) {
  return database.integer(
      "INSERT INTO origins(id, first_change) SELECT random(), value + 1 FROM counters "
      "WHERE name = 'change' RETURNING id");
}

Result<bool> knows_origin(Database& database, std::int64_t origin, ChangeNumber last) {
  auto statement = database.prepare(
      "SELECT 1 FROM origins WHERE id = ?1 AND first_change <= ?2 + 1 "
      "AND ?2 <= (SELECT value FROM counters WHERE name = 'change') "
      "AND ?2 >= (SELECT value FROM counters WHERE name = 'deleted') "
      "AND NOT EXISTS(SELECT 1 FROM origins AS later WHERE later.number > origins.number "
      "AND later.first_change <= ?2)");
  if (!statement) return std::unexpected(std::move(statement.error()));
  return statement->bind(1, origin).bind(2, last.value).step();
}

}  // namespace chatreports::store
