#include "store/change_counter.h"

#include <fmt/format.h>

#include "store/damaged.h"
#include "store/row_checksum.h"

namespace chatreports::store {

Result<std::int64_t> read_counter(Database& database, std::string_view name) {
  auto statement = database.prepare(select_rows(CheckedTable::counters, "WHERE name = ?1"));
  if (!statement) return std::unexpected(std::move(statement.error()));
  auto found = statement->bind_text(1, name).step();
  if (!found) return std::unexpected(std::move(found.error()));
  if (*found && is_intact(*statement, CheckedTable::counters)) return statement->integer(1);
  return std::unexpected(damaged_file(
      database.path(),
      fmt::format("its counter {} is {}", name, *found ? "not what was written" : "missing")));
}

Result<void> write_counter(Database& database, std::string_view name, std::int64_t value) {
  auto statement = database.prepare(
      "INSERT INTO counters(name, value, checksum) VALUES(?1, ?2, ?3) "
      "ON CONFLICT(name) DO UPDATE SET value = excluded.value, checksum = excluded.checksum");
  if (!statement) return std::unexpected(std::move(statement.error()));
  const auto checksum = RowChecksum(CheckedTable::counters).add_bytes(name).add(value).value();
  return statement->bind_text(1, name).bind(2, value).bind(3, checksum).run();
}

Result<ChangeCounter> ChangeCounter::read(Database& database) {
  auto last = read_counter(database, "change");
  if (!last) return std::unexpected(std::move(last.error()));
  return ChangeCounter(*last);
}

Result<void> ChangeCounter::save(Database& database) const {
  if (last_ == saved_) return {};
  return write_counter(database, "change", last_);
}

}  // namespace chatreports::store
