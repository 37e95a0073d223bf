#pragma once
// Watches the files of a store that is written: each commit is noted beside them (last_commit.h),
// and nothing is acknowledged if they are no longer those that were opened (data_files.h).

#include <memory>
#include <string>

#include "base/error.h"
#include "base/numbers.h"
#include "store/data_files.h"
#include "store/last_commit.h"
#include "store/sqlite.h"

namespace chatreports::store {

// Until `watch` is called, every function does nothing.
class StoreFiles {
 public:
  // From now on this object copies SQLite's log into its file.
  void watch(Database& database, std::unique_ptr<LastCommit> last_commit,
             const std::string& data_folder, const std::string& access);

  std::shared_ptr<const DataFiles> data_files() const { return data_files_; }

  // Fails if the files are no longer those that were opened.
  Result<void> check() const { return data_files_ ? data_files_->check() : Result<void>(); }
  // Call before each commit.
  void will_commit() {
    if (data_files_) data_files_->log_will_change();
  }
  // Call after each commit. Its records are acknowledged only if this succeeds. Copies the log if
  // it has that many pages.
  Result<void> has_committed(Database& database, ChangeNumber last, int most_log_pages);
  // The pages of the log after the last commit, before it was copied.
  int log_pages() const { return log_pages_; }
  // Copies the log into the file, and empties it. Returns false if a reader is in the way.
  Result<bool> empty_log(Database& database);
  // Call before the database is closed: copies the log, unless the files are others.
  void close(Database& database);

 private:
  void copy_log(Database& database);
  void note_file();

  std::shared_ptr<DataFiles> data_files_;
  std::unique_ptr<LastCommit> last_commit_;
  int log_pages_ = 0;
};

}  // namespace chatreports::store
