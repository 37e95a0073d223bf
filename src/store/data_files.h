#pragma once
// Whether a data folder and the files in it are still those that were opened: what is written into
// a file that was removed or replaced is gone tomorrow, and what is read from it is of yesterday.

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace chatreports::store {

// The error of a file that is no longer the one that was opened.
Error replaced_file(const std::string& path);

// Any thread.
class DataFiles {
 public:
  // Of the folder, the store and its log, and the file of tokens; all are there.
  DataFiles(const std::string& data_folder, const std::string& store, const std::string& access);

  // An error where one of them is no longer the one that it was, or where the log is shorter than
  // it was: somebody has cut it.
  Result<void> check() const;
  // The same of the file of tokens alone.
  Result<void> check_access() const;

  // Around each commit into the store: a commit can begin the log anew, so its length is not known
  // until the commit is done.
  void log_will_change() { log_bytes_ = 0; }
  void log_has_changed();

 private:
  struct Identity {
    unsigned long long device = 0;
    unsigned long long inode = 0;
    bool operator==(const Identity&) const = default;
  };
  using File = std::pair<std::string, Identity>;
  static Identity identity_of(const std::string& path);
  static Result<void> check(const File& file);
  std::uint64_t log_bytes() const;

  const std::string log_;
  const std::vector<File> files_;
  const File access_;
  std::atomic<std::uint64_t> log_bytes_ = 0;  // after the last commit; 0: not known
};

}  // namespace chatreports::store
