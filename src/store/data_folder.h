#pragma once
// The data folder.

#include <string>

#include "base/error.h"

namespace chatreports::store {

// Folders within it that a restore makes, see store/restore.h: the copy that is not complete, the
// complete one that takes the place of the files, and what the files were before, with a number.
constexpr auto unfinished_restore = "restore.unfinished";
constexpr auto ready_restore = "restore.ready";
constexpr auto before_restore = "before_restore.";

// Within it, too: the connections to other systems, see app/connections.h.
constexpr auto connections_folder = "connections";

// Makes the folder and its parents if they are missing, for their owner alone (0700). The error
// says what is in the way.
Result<void> prepare_data_folder(const std::string& data_folder);

// Returns whether the folder contains a store or access tokens.
bool is_data_folder(const std::string& data_folder);

// Returns whether the folder contains a store, which may be empty.
bool has_store(const std::string& data_folder);

// For commands that use a folder and must not make one: fails unless is_data_folder, or if it
// cannot be read and written.
Result<void> require_data_folder(const std::string& data_folder);

// For commands that only read: the same, but a folder and files that cannot be written pass where
// SQLite keeps no log, as in a backup.
Result<void> require_readable_data_folder(const std::string& data_folder);

// Returns whether the folder has a store and nobody has written it: a backup.
bool is_backup(const std::string& data_folder);

// Fails if a restore was killed after it began to replace the files (store/restore.h).
Result<void> refuse_half_restored(const std::string& data_folder);

// Returns whether the path is the folder or below it, also through links. Neither has to exist.
bool is_within(const std::string& path, const std::string& folder);

// For commands that may make a new folder: fails if the folder contains other files and is not a
// data folder. A missing or empty folder passes; so does a path that is not a folder, which
// prepare_data_folder refuses.
Result<void> refuse_foreign_folder(const std::string& data_folder);

// Makes an empty file for its owner alone (0600) if there is none. It never opens the file: closing
// it would free the locks that SQLite holds on it elsewhere in this process.
Result<void> prepare_file(const std::string& path);

// Waits until nobody else, in this process or another, is opening files of the folder. Others wait
// for as long as it lives. On a file system without locks nobody waits.
class OpeningTurn {
 public:
  explicit OpeningTurn(const std::string& data_folder);
  ~OpeningTurn();
  OpeningTurn(const OpeningTurn&) = delete;
  OpeningTurn& operator=(const OpeningTurn&) = delete;

 private:
  int descriptor_;
};

}  // namespace chatreports::store
