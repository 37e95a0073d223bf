#pragma once
// Checks that a data folder and its files are still those that were opened. Data that is written to
// a removed or replaced file is lost, and data that is read from it is old.

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
  // Watches the folder, the store, its log and the log's index, and the file of tokens, which all
  // exist. Must outlive the connections to the store: closing a file of SQLite's frees its locks.
  DataFiles(const std::string& data_folder, const std::string& store, const std::string& access);

  // Fails if one of them was replaced or removed, if the log is shorter than it was, or if the
  // store's file was cut or overwritten.
  Result<void> check() const;
  // Checks the file of tokens alone.
  Result<void> check_access() const;

  // Call both around each commit: a commit can begin the log again, so the length of the log is not
  // known until it is done.
  void log_will_change() { log_bytes_ = 0; }
  void log_has_changed();

  // Call both around everything that writes the store's own file: the log is copied into it.
  // Afterwards the file has this digest, see store/file_digest.h.
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
  // The store's file. While its time and size are the same, nobody has written it.
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
