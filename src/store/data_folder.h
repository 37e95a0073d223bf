#pragma once
// The folder that holds everything a server keeps.

#include <string>

#include "base/error.h"

namespace chatreports::store {

// Makes the folder where it is missing, parents too, for its owner alone (0700). The error says
// what is in the way.
Result<void> prepare_data_folder(const std::string& data_folder);

// Whether the folder holds what only chatreports makes: a store or access tokens.
bool is_data_folder(const std::string& data_folder);

// For commands that look at a folder and must not make one: fails unless is_data_folder.
Result<void> require_data_folder(const std::string& data_folder);

// For commands that may begin a new folder: fails if the folder holds other files and is no data
// folder. A missing or empty folder passes; so does a path that is no folder, which
// prepare_data_folder refuses.
Result<void> refuse_foreign_folder(const std::string& data_folder);

// Makes an empty file for its owner alone (0600) where there is none. The file is never opened:
// closing it would drop the locks that SQLite holds on it elsewhere in this process.
Result<void> prepare_file(const std::string& path);

// Waits until nobody else, in this process or another, is opening files of the folder; for as long
// as it lives, the others wait. On a file system without locks nobody waits.
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
