#include "store/open_facts.h"

#include <utility>

#include "store/change_counter.h"
#include "store/last_commit.h"
#include "store/schema.h"

namespace chatreports::store {

Result<Database> open_facts_for_reading(const std::string& data_folder) {
  const std::string path = data_folder + "/" + facts_schema().file;
  // Before the file is opened: it has at least that.
  const std::int64_t least = LastCommit::least_change(data_folder, path);
  auto database = open_database_for_reading(data_folder, facts_schema());
  if (!database) {
    // Without its log, a file may have no tables.
    const bool is_lost = least > 0 && database.error().kind == ErrorKind::not_found;
    return std::unexpected(is_lost ? LastCommit::missing_change(path, least, {0})
                                   : std::move(database.error()));
  }
  const auto counter = ChangeCounter::read(*database);
  if (!counter) return std::unexpected(counter.error());
  if (counter->last().value < least) {
    return std::unexpected(LastCommit::missing_change(path, least, counter->last()));
  }
  return database;
}

}  // namespace chatreports::store
