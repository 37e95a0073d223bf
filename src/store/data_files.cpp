#include "store/data_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

namespace chatreports::store {

DataFiles::DataFiles(const std::string& data_folder, const std::string& database)
    : data_folder_(data_folder), log_(database + "-wal") {
  for (const std::string& path : {data_folder, database, log_}) {
    files_.emplace_back(path, identity_of(path));
  }
}

Result<void> DataFiles::check() const {
  for (const auto& [path, identity] : files_) {
    if (identity_of(path) == identity) continue;
    return failed(
        fmt::format("{} was removed, renamed or replaced while chatreports had it; nothing more is "
                    "acknowledged; put it back where it was, or start chatreports again",
                    path));
  }
  return {};
}

std::uint64_t DataFiles::log_bytes() const {
  struct stat status{};
  return ::stat(log_.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

Result<void> DataFiles::check_log(std::uint64_t at_least_bytes) const {
  if (log_bytes() >= at_least_bytes) return {};
  return failed(
      fmt::format("{} was cut while chatreports had it, and what was written last is lost; nothing "
                  "more is acknowledged; start chatreports again, which says what to do",
                  log_));
}

// A file that is not there has inode 0.
DataFiles::Identity DataFiles::identity_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

}  // namespace chatreports::store
