#pragma once
// Whether a data folder and the files in it are still those that were opened: what is written into
// a file that was removed or replaced is gone tomorrow, and what is read from it is of yesterday.

#include <atomic>
#include <cstdint>
#include <ctime>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "store/descriptor.h"

namespace chatreports::store {

// The error of a file that is no longer the one that was opened.
Error replaced_file(const std::string& path);

// Any thread.
class DataFiles {
 public:
  // Of the folder, the store, its log and the log's index, and the file of tokens; all are there.
  // Lives longer than the connections to the store: closing a file of SQLite's gives up its locks.
  DataFiles(const std::string& data_folder, const std::string& store, const std::string& access);

  // An error where one of them is no longer the one that it was, where the log is shorter than it
  // was, or where the store's file holds something else than what was written: somebody has cut or
  // overwritten it.
  Result<void> check() const;
  // The same of the file of tokens alone.
  Result<void> check_access() const;

  // Around each commit into the store: a commit can begin the log anew, so its length is not known
  // until the commit is done.
  void log_will_change() { log_bytes_ = 0; }
  void log_has_changed();

  // Around all that writes into the store's own file: the log is copied. Afterwards it has this
  // digest, see store/file_digest.h.
  void store_will_change();
  void store_has_changed(std::int64_t counters_page, std::uint64_t digest);

 private:
  struct Identity {
    unsigned long long device = 0;
    unsigned long long inode = 0;
    bool operator==(const Identity&) const = default;
  };
  using File = std::pair<std::string, Identity>;
  static Identity identity_of(const std::string& path);
  static Result<void> check(const File& file);
  // The store's file as it is. Its time and its size tell at a glance that nobody has written.
  struct Content {
    timespec modified{};
    long long bytes = 0;
    std::int64_t counters_page = 0;
    std::uint64_t digest = 0;
  };
  std::uint64_t log_bytes() const;
  Result<void> check_content() const;

  const std::string log_;
  const std::vector<File> files_;
  const File access_;
  const std::string store_;
  const Descriptor store_file_;  // for reading
  mutable std::mutex mutex_;
  mutable std::optional<Content> content_;    // guarded by mutex_; nothing while it changes
  std::atomic<std::uint64_t> log_bytes_ = 0;  // after the last commit; 0: not known
};

}  // namespace chatreports::store
