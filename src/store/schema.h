#pragma once
// The files of a data folder: what marks a file as ours, and its tables. Each has one version; a
// file of another version is refused.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "store/sqlite.h"

namespace chatreports::store {

struct Schema {
  const char* file;             // its name in the data folder
  std::int32_t application_id;  // in the file's header, for file(1) and for us
  std::int32_t version;         // of the tables and of the bytes in them
  const char* journal_mode;     // of SQLite
  int cache_kibibytes;
  const char* tables;     // the statements that make them in an empty file
  const char* additions;  // those that make tables which a file of this version may lack
};

// The records, and the number of each change: the truth.
const Schema& facts_schema();

// Access tokens, secrets and keys. A file of its own, so that making a token never waits for an
// import, and so that looking for changed tokens reads nothing else.
//
// It is small and seldom written, so it has SQLite's rollback journal in place of a log: the file
// alone is whole, and can be copied with cp.
const Schema& access_schema();

// The number of pages at which the log is copied into the file. An import, which writes millions of
// records in large groups, uses more pages and more memory.
constexpr int log_pages_before_copying = 16'384;
constexpr int log_pages_of_import = 65'536;
const char* import_settings();

// Opens the file. Makes the folder, the file and its tables if they are missing. Fails if the file
// belongs to another program or is of another version, and then leaves it unchanged.
Result<Database> open_database(const std::string& data_folder, const Schema& schema);

// Opens the file to read it. Makes and changes nothing, so the folder may be one that cannot be
// written (require_readable_data_folder). Fails with `not_found` if the file is missing or has no
// tables yet.
Result<Database> open_database_for_reading(const std::string& data_folder, const Schema& schema);

// Makes an Implementation of an open file. Fails with its error(), if it has one.
template <class Implementation>
Result<std::unique_ptr<Implementation>> implement(Result<Database> database) {
  if (!database) return std::unexpected(std::move(database.error()));
  auto implementation = std::make_unique<Implementation>(std::move(*database));
  if (implementation->error()) return std::unexpected(*implementation->error());
  return implementation;
}

}  // namespace chatreports::store
