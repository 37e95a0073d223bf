#include "store/change_counter.h"

namespace chatreports::store {

Result<ChangeCounter> ChangeCounter::read(Database& database) {
  auto last = database.integer("SELECT value FROM counters WHERE name = 'change'");
  if (!last) return std::unexpected(std::move(last.error()));
  return ChangeCounter(*last);
}

Result<void> ChangeCounter::save(Database& database) const {
  if (last_ == saved_) return {};
  auto update = database.prepare("UPDATE counters SET value = ? WHERE name = 'change'");
  if (!update) return std::unexpected(std::move(update.error()));
  return update->bind(1, last_).run();
}

}  // namespace chatreports::store
