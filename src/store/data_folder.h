#pragma once
// The data folder.

#include <string>

#include "base/error.h"

namespace chatreports::store {

// Makes the folder and its parents if they are missing, for their owner alone (0700). The error
// says what is in the way.
Result<void> prepare_data_folder(const std::string& data_folder);

// Returns whether the folder contains a store or access tokens.
bool is_data_folder(const std::string& data_folder);

// Returns whether the folder contains a store, which may be empty.
bool has_store(const std::string& data_folder);

// For commands that read a folder and must not make one: fails unless is_data_folder.
Result<void> require_data_folder(const std::string& data_folder);

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
