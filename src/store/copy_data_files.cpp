#include "store/copy_data_files.h"

#include <fmt/format.h>

#include <utility>

#include "store/data_folder.h"
#include "store/open_facts.h"
#include "store/schema.h"
#include "store/sqlite.h"
#include "store/unfinished_folder.h"

namespace chatreports::store {
namespace {

// A transaction is of the moment in which it first reads.
Result<Transaction> begin_moment(Database& database) {
  auto transaction = Transaction::begin_read(database);
  if (!transaction) return transaction;
  if (auto read = database.integer("PRAGMA user_version"); !read) {
    return std::unexpected(std::move(read.error()));
  }
  return transaction;
}

// SQLite's copy of a file with a log says that it has one, too.
Result<void> leave_without_log(const std::string& path) {
  auto database = Database::open(path);
  if (!database) return std::unexpected(std::move(database.error()));
  auto mode = database->prepare("PRAGMA journal_mode = DELETE");
  if (!mode) return std::unexpected(std::move(mode.error()));
  const ResetAtEnd reset(*mode);
  const auto found = mode->step();
  if (!found) return std::unexpected(found.error());
  if (*found && mode->bytes(0) == "delete") return {};
  return failed(fmt::format("{} could not be written; check the disk", path));
}

Result<void> write_copy(Database& from, const std::string& path, const Copied& copied) {
  if (auto made = prepare_file(path); !made) return made;
  auto target = Database::open(path);
  if (!target) return std::unexpected(std::move(target.error()));
  // Half of a copy is worth nothing, so nothing of it needs to be safe before the end.
  if (auto set = target->execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF"); !set) {
    return set;
  }
  const auto page_bytes = from.integer("PRAGMA page_size");
  if (!page_bytes) return std::unexpected(page_bytes.error());
  return from.copy_to(*target, [&](int pages, int all_pages) {
    return copied(static_cast<std::uint64_t>(pages * *page_bytes),
                  static_cast<std::uint64_t>(all_pages * *page_bytes));
  });
}

Result<void> copy_file(Database& from, const std::string& path, const Copied& copied) {
  if (auto written = write_copy(from, path, copied); !written) return written;
  if (auto left = leave_without_log(path); !left) return left;
  return sync_to_disk(path);
}

}  // namespace

Result<void> copy_data_files(const std::string& from, const std::string& to, const Copied& copied) {
  auto access = open_database_for_reading(from, access_schema());
  if (!access) return std::unexpected(std::move(access.error()));
  auto facts = open_facts_for_reading(from);
  if (!facts) return std::unexpected(std::move(facts.error()));
  // Each page is read once.
  if (auto set = facts->execute("PRAGMA cache_size = -4096"); !set) return set;
  // Nobody can change the tokens while the first transaction lasts, so both files are those of the
  // moment in which the second one begins.
  auto moment_of_access = begin_moment(*access);
  if (!moment_of_access) return std::unexpected(std::move(moment_of_access.error()));
  const auto moment = begin_moment(*facts);
  if (!moment) return std::unexpected(moment.error());
  auto done = copy_file(*access, to + "/" + access_schema().file, copied);
  if (done) done = moment_of_access->commit();
  if (done) done = copy_file(*facts, to + "/" + facts_schema().file, copied);
  return done;
}

}  // namespace chatreports::store
