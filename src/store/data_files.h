#pragma once
// Whether a data folder and the store in it are still those that were opened: what is written into
// a file that was removed or replaced is gone tomorrow.

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace chatreports::store {

// Immutable; any thread.
class DataFiles {
 public:
  // Of the folder, the database in it, and its log; all are there.
  DataFiles(const std::string& data_folder, const std::string& database);

  // An error where one of them is no longer the one that it was.
  Result<void> check() const;

 private:
  struct Identity {
    unsigned long long device = 0;
    unsigned long long inode = 0;
    bool operator==(const Identity&) const = default;
  };
  static Identity identity_of(const std::string& path);

  std::string data_folder_;
  std::vector<std::pair<std::string, Identity>> files_;
};

}  // namespace chatreports::store
