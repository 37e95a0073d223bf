#pragma once
// Whether a data folder and the store in it are still those that were opened: what is written into
// a file that was removed or replaced is gone tomorrow.

#include <cstdint>
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

  // The length of the log in bytes; 0 where it is not there.
  std::uint64_t log_bytes() const;
  // An error where the log is shorter than that: somebody has cut it.
  Result<void> check_log(std::uint64_t at_least_bytes) const;

 private:
  struct Identity {
    unsigned long long device = 0;
    unsigned long long inode = 0;
    bool operator==(const Identity&) const = default;
  };
  static Identity identity_of(const std::string& path);

  std::string data_folder_;
  std::string log_;
  std::vector<std::pair<std::string, Identity>> files_;
};

}  // namespace chatreports::store
