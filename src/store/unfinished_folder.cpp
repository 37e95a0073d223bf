#include "store/unfinished_folder.h"

#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "store/data_folder.h"
#include "store/schema.h"

namespace chatreports::store {
namespace {

namespace fs = std::filesystem;

// As in a data folder.
constexpr auto lock_name = "lock";

std::unexpected<Error> not_makeable(const std::string& path, int system_error) {
  const ErrorKind kind = system_error == ENOSPC ? ErrorKind::unavailable : ErrorKind::failed;
  const std::string parent = fs::path(path).parent_path();
  return std::unexpected(
      Error{kind, fmt::format("{} cannot be made ({}); check that the folder {} exists, has space, "
                              "and that you may write it",
                              path, std::strerror(system_error), parent.empty() ? "." : parent)});
}

// SQLite's two files, and what it keeps beside them.
bool is_of_a_copy(const std::string& name) {
  return name.starts_with(facts_schema().file) || name.starts_with(access_schema().file);
}

void remove_files_in(const std::string& path) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator file(path, error), end; !error && file != end;
       file.increment(error)) {
    if (is_of_a_copy(file->path().filename())) files.push_back(file->path());
  }
  for (const fs::path& file : files) fs::remove(file, error);
  fs::remove_all(fs::path(path) / connections_folder, error);
}

Result<void> require_no_others_in(const std::string& path) {
  std::error_code error;
  for (fs::directory_iterator file(path, error), end; !error && file != end;
       file.increment(error)) {
    if (file->path().filename() == lock_name) continue;
    return failed(fmt::format(
        "{} is in the way: a folder of this name is for a copy that is not complete, and it "
        "contains other files; move it away",
        path));
  }
  return {};
}

// Returns whether the path is still that of the open file, to whose folder another process may have
// given its name by now.
bool is_at(const std::string& path, const Descriptor& file) {
  struct stat there{};
  struct stat opened{};
  return ::lstat(path.c_str(), &there) == 0 && ::fstat(file.number(), &opened) == 0 &&
         there.st_dev == opened.st_dev && there.st_ino == opened.st_ino;
}

// On a file system without locks nobody is kept out.
bool is_of_another(const std::string& lock_path, const Descriptor& lock) {
  return (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) ||
         !is_at(lock_path, lock);
}

}  // namespace

Result<void> sync_to_disk(const std::string& path) {
  const Descriptor opened = Descriptor::open_for_reading(path);
  if (opened.is_open() && opened.sync()) return {};
  return failed(fmt::format("{} could not be written to the disk ({}); check the disk", path,
                            std::strerror(errno)));
}

Result<UnfinishedFolder> UnfinishedFolder::make(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return not_makeable(path, errno);
  const std::string lock_path = path + "/" + lock_name;
  Descriptor lock = Descriptor::open_or_make(lock_path);
  if (!lock.is_open()) {
    const int system_error = errno;
    ::rmdir(path.c_str());
    return not_makeable(path, system_error);
  }
  if (is_of_another(lock_path, lock)) {
    return std::unexpected(
        Error{ErrorKind::in_use,
              fmt::format("another process makes the copy {} now; wait until it ends, or name "
                          "another place",
                          path)});
  }
  remove_files_in(path);
  if (auto alone = require_no_others_in(path); !alone) {
    return std::unexpected(std::move(alone.error()));
  }
  if (::chmod(path.c_str(), 0700) != 0) return not_makeable(path, errno);
  return UnfinishedFolder(path, std::move(lock));
}

// The lock goes last: without it, another process would take the folder for one that was left.
Result<void> UnfinishedFolder::finish(const std::string& name) {
  struct stat status{};
  if (::lstat(name.c_str(), &status) == 0) {
    return failed(fmt::format("{} exists by now; name another place", name));
  }
  if (auto synced = sync_to_disk(path_); !synced) return synced;
  if (std::rename(path_.c_str(), name.c_str()) != 0) {
    return failed(
        fmt::format("{} cannot be renamed to {} ({}); check the disk and the folder's "
                    "permissions",
                    path_, name, std::strerror(errno)));
  }
  path_ = name;
  ::unlink((name + "/" + lock_name).c_str());
  const std::string parent = fs::path(name).parent_path();
  if (auto synced = sync_to_disk(parent.empty() ? "." : parent); !synced) return synced;
  path_.clear();
  return {};
}

void UnfinishedFolder::remove() {
  if (path_.empty()) return;
  remove_files_in(path_);
  ::unlink((path_ + "/" + lock_name).c_str());
  ::rmdir(path_.c_str());
  path_.clear();
}

}  // namespace chatreports::store
