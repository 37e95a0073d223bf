#include "store/store_files.h"

#include <utility>

namespace chatreports::store {

void StoreFiles::watch(Database& database, std::unique_ptr<LastCommit> last_commit,
                       const std::string& data_folder, const std::string& access) {
  last_commit_ = std::move(last_commit);
  data_files_ = std::make_shared<DataFiles>(data_folder, database.path(), access);
  database.keep_log();
  note_file();
}

Result<void> StoreFiles::has_committed(Database& database, ChangeNumber last, int most_log_pages) {
  if (!last_commit_) return {};
  last_commit_->note(last);
  log_pages_ = database.log_pages();
  if (log_pages_ >= most_log_pages) copy_log(database);
  data_files_->log_has_changed();
  return check();
}

// A backup may have taken the place of the files, and the log must not go into it.
void StoreFiles::close(Database& database) {
  if (!check()) {
    database.leave_log();
  } else if (last_commit_) {
    copy_log(database);
  }
}

// If it fails, the log grows until it can be copied.
void StoreFiles::copy_log(Database& database) {
  if (!check()) return;
  last_commit_->file_will_change();
  data_files_->store_will_change();
  static_cast<void>(database.copy_log());
  last_commit_->file_has_changed(database);
  note_file();
}

Result<bool> StoreFiles::empty_log(Database& database) {
  if (!last_commit_) return database.empty_log();
  if (auto there = check(); !there) return std::unexpected(std::move(there.error()));
  last_commit_->file_will_change();
  data_files_->store_will_change();
  data_files_->log_will_change();
  const auto emptied = database.empty_log();
  data_files_->log_has_changed();
  last_commit_->file_has_changed(database);
  note_file();
  return emptied;
}

void StoreFiles::note_file() {
  if (const auto state = last_commit_->file_state()) {
    data_files_->store_has_changed(state->counters_page, state->digest);
  }
}

}  // namespace chatreports::store
