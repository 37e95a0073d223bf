#include "store/check.h"

#include <fmt/format.h>

#include "store/row_checksum.h"
#include "store/schema.h"
#include "store/sqlite.h"

namespace chatreports::store {
namespace {

using Faults = Result<std::vector<std::string>>;

// A file in which nothing was ever stored has none.
Faults faults_of_no_file(const Error& error) {
  if (error.kind == ErrorKind::not_found) return std::vector<std::string>();
  return std::unexpected(error);
}

Faults faults_of(Database& database) {
  auto rows = database.prepare("PRAGMA integrity_check(100)");
  if (!rows) return std::unexpected(std::move(rows.error()));
  std::vector<std::string> faults;
  auto done = for_each_row(*rows, [&]() -> Result<void> {
    if (rows->bytes(0) != "ok") faults.emplace_back(rows->bytes(0));
    return {};
  });
  if (!done) return std::unexpected(std::move(done.error()));
  return faults;
}

// `sentence` has a place for the first column.
Result<void> add_damaged_rows(Database& database, CheckedTable table,
                              std::vector<std::string>& faults,
                              fmt::format_string<std::int64_t> sentence) {
  auto rows = database.prepare(select_rows(table));
  if (!rows) return std::unexpected(std::move(rows.error()));
  return for_each_row(*rows, [&]() -> Result<void> {
    if (!is_intact(*rows, table)) faults.push_back(fmt::format(sentence, rows->integer(0)));
    return {};
  });
}

}  // namespace

Faults faults_of_facts_file(const std::string& data_folder) {
  auto database = open_database_for_reading(data_folder, facts_schema());
  if (!database) return faults_of_no_file(database.error());
  return faults_of(*database);
}

Faults faults_of_access_file(const std::string& data_folder) {
  auto database = open_database_for_reading(data_folder, access_schema());
  if (!database) return faults_of_no_file(database.error());
  Faults faults = faults_of(*database);
  if (!faults) return faults;
  auto done = add_damaged_rows(*database, CheckedTable::digest_keys, *faults,
                               "the digest key of licence {} is not what was written: restore the "
                               "file from a backup");
  if (done) {
    done = add_damaged_rows(*database, CheckedTable::tokens, *faults,
                            "token or secret {} is not what was written: it is refused; revoke it "
                            "and create another");
  }
  const auto has_scales = database->integer(
      "SELECT count(*) FROM sqlite_schema WHERE name = 'rating_scales'");  // see Schema::additions
  if (!has_scales) return std::unexpected(has_scales.error());
  if (done && *has_scales > 0) {
    done = add_damaged_rows(*database, CheckedTable::rating_scales, *faults,
                            "the rating scale of licence {} is not what was written: set it again "
                            "with chatreports license");
  }
  if (!done) return std::unexpected(std::move(done.error()));
  return faults;
}

}  // namespace chatreports::store
