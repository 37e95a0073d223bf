#include "store/data_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

namespace chatreports::store {

DataFiles::DataFiles(const std::string& data_folder, const std::string& database)
    : data_folder_(data_folder) {
  for (const std::string& path : {data_folder, database, database + "-wal"}) {
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

// Of what is not there, the inode is 0.
DataFiles::Identity DataFiles::identity_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

}  // namespace chatreports::store
