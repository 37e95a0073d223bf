#include "store/restore.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

#include "base/engine_files.h"
#include "store/data_folder.h"
#include "store/schema.h"
#include "store/unfinished_folder.h"

namespace chatreports::store {
namespace {

std::vector<std::string> files_of_a_copy() {
  return {facts_schema().file, access_schema().file};
}

// With all that belongs to them.
std::vector<std::string> files_of_a_folder() {
  std::vector<std::string> files{"last_commit"};
  for (const std::string& file : files_of_a_copy()) {
    for (const char* part : {"", "-wal", "-shm", "-journal"}) files.push_back(file + part);
  }
  return files;
}

bool is_there(const std::string& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0;
}

bool has_bytes(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && status.st_size > 0;
}

std::unexpected<Error> not_moved(const std::string& path) {
  return failed(
      fmt::format("{} cannot be moved ({}); check the disk and the folder's permissions, "
                  "and type the command again",
                  path, std::strerror(errno)));
}

class Replacement {
 public:
  explicit Replacement(const std::string& data_folder)
      : data_folder_(data_folder + "/"),
        copy_(data_folder_ + ready_restore + "/"),
        former_(copy_ + "former/") {}

  Result<std::string> run() {
    // Once a file of the copy is in its place, no former file is there any more.
    if (has_whole_copy()) {
      if (auto moved = move_former_files(); !moved) return std::unexpected(moved.error());
    }
    for (const std::string& file : files_of_a_copy()) {
      if (!is_there(copy_ + file)) continue;
      if (auto moved = move(copy_ + file, data_folder_ + file); !moved) {
        return std::unexpected(moved.error());
      }
    }
    if (auto synced = sync_to_disk(data_folder_); !synced) return std::unexpected(synced.error());
    return name_former_files();
  }

 private:
  bool has_whole_copy() const {
    for (const std::string& file : files_of_a_copy()) {
      if (!is_there(copy_ + file)) return false;
    }
    return true;
  }

  static Result<void> move(const std::string& from, const std::string& to) {
    if (std::rename(from.c_str(), to.c_str()) != 0) return not_moved(from);
    return {};
  }

  // The lock makes empty files, which are not worth a folder.
  bool are_former_files_kept() const {
    if (is_there(former_)) return true;
    for (const std::string& file : files_of_a_folder()) {
      if (file != "last_commit" && has_bytes(data_folder_ + file)) return true;
    }
    return false;
  }

  // Never replaces a file that was moved before.
  Result<void> move_to_former(const std::string& file) const {
    if (is_there(former_ + file)) {
      return failed(
          fmt::format("{} and {} are both there; move one of them away, and type the "
                      "command again",
                      data_folder_ + file, former_ + file));
    }
    return move(data_folder_ + file, former_ + file);
  }

  Result<void> move_former_files() {
    // They are only a cache, and a server does not take up those of another store.
    static_cast<void>(remove_engine_files(data_folder_ + "engine"));
    const bool are_kept = are_former_files_kept();
    if (are_kept && ::mkdir(former_.c_str(), 0700) != 0 && errno != EEXIST) {
      return not_moved(data_folder_);
    }
    for (const std::string& file : files_of_a_folder()) {
      const std::string path = data_folder_ + file;
      if (!is_there(path)) continue;
      // A lock that was taken since has made an empty file again.
      const bool is_needless = !are_kept || (is_there(former_ + file) && !has_bytes(path));
      if (is_needless && ::unlink(path.c_str()) == 0) continue;
      if (auto moved = move_to_former(file); !moved) return moved;
    }
    if (are_kept) {
      if (auto synced = sync_to_disk(former_); !synced) return synced;
    }
    return sync_to_disk(data_folder_);
  }

  Result<std::string> name_former_files() {
    std::string kept;
    if (is_there(former_)) {
      kept = data_folder_ + free_name();
      if (auto moved = move(copy_ + "former", kept); !moved) return std::unexpected(moved.error());
      if (auto synced = sync_to_disk(data_folder_); !synced) return std::unexpected(synced.error());
    }
    ::unlink((copy_ + "lock").c_str());  // of a process that was killed
    if (::rmdir(copy_.c_str()) != 0) {
      return failed(
          fmt::format("{} cannot be removed ({}); move away what it contains, and type "
                      "the command again",
                      copy_, std::strerror(errno)));
    }
    if (auto synced = sync_to_disk(data_folder_); !synced) return std::unexpected(synced.error());
    return kept;
  }

  std::string free_name() const {
    for (int number = 1;; ++number) {
      std::string name = fmt::format("{}{}", before_restore, number);
      if (!is_there(data_folder_ + name)) return name;
    }
  }

  const std::string data_folder_;  // these end with a slash
  const std::string copy_;
  const std::string former_;
};

}  // namespace

Result<std::string> replace_by_copy(const std::string& data_folder) {
  const OpeningTurn turn(data_folder);
  if (refuse_half_restored(data_folder)) return std::string();
  return Replacement(data_folder).run();
}

}  // namespace chatreports::store
