#include "store/data_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

namespace chatreports::store {

Error replaced_file(const std::string& path) {
  return {ErrorKind::failed,
          fmt::format("{} was removed, renamed or replaced while chatreports had it; nothing more "
                      "is acknowledged; put it back where it was, or start chatreports again",
                      path)};
}

DataFiles::DataFiles(const std::string& data_folder, const std::string& store,
                     const std::string& access)
    : log_(store + "-wal"),
      files_{{data_folder, identity_of(data_folder)},
             {store, identity_of(store)},
             {log_, identity_of(log_)}},
      access_(access, identity_of(access)) {}

Result<void> DataFiles::check() const {
  for (const File& file : files_) {
    if (auto there = check(file); !there) return there;
  }
  if (auto there = check_access(); !there) return there;
  const std::uint64_t known = log_bytes_;
  // Looked at twice, because a commit may have come between.
  if (log_bytes() >= known || log_bytes_ != known) return {};
  return failed(
      fmt::format("{} was cut while chatreports had it, and what was written last is lost; nothing "
                  "more is acknowledged; start chatreports again, which says what to do",
                  log_));
}

Result<void> DataFiles::check_access() const {
  return check(access_);
}

Result<void> DataFiles::check(const File& file) {
  if (identity_of(file.first) == file.second) return {};
  return std::unexpected(replaced_file(file.first));
}

void DataFiles::log_has_changed() {
  log_bytes_ = log_bytes();
}

// 0 where it is not there.
std::uint64_t DataFiles::log_bytes() const {
  struct stat status{};
  return ::stat(log_.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

// A file that is not there has inode 0.
DataFiles::Identity DataFiles::identity_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

}  // namespace chatreports::store
