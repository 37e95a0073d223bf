#include "store/folder_lock.h"

#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>
#include <utility>

#include "store/data_folder.h"
#include "store/schema.h"

namespace chatreports::store {
namespace {

// Reads what the holder has written: "<process id> <purpose>\n". The holder may not have written it
// yet; only the kernel's lock decides.
std::string holder(int descriptor) {
  std::array<char, 256> text{};
  const ssize_t length = ::pread(descriptor, text.data(), text.size(), 0);
  std::string_view line(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  line = line.substr(0, line.find('\n'));
  const std::size_t space = line.find(' ');
  const std::string_view process = line.substr(0, space);
  if (space == std::string_view::npos || process.empty() ||
      process.find_first_not_of("0123456789") != std::string_view::npos) {
    return "another process";
  }
  return fmt::format("{} (process {})", line.substr(space + 1), process);
}

Result<void> write_holder(int descriptor, const std::string& path, const std::string& purpose) {
  std::string line = fmt::format("{} {}", ::getpid(), purpose);
  line = line.substr(0, line.find('\n')) + '\n';
  if (::ftruncate(descriptor, 0) == 0 &&
      ::pwrite(descriptor, line.data(), line.size(), 0) == static_cast<ssize_t>(line.size())) {
    return {};
  }
  return failed(
      fmt::format("{} cannot be written ({}); check the disk's space and the folder's "
                  "permissions",
                  path, std::strerror(errno)));
}

Result<void> lock_now(const Descriptor& file, const std::string& path,
                      const std::string& data_folder, const Descriptor& lock) {
  if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) {
    return failed(
        fmt::format("{} cannot be locked ({}); put the data folder on a file system that "
                    "knows locks",
                    path, std::strerror(errno)));
  }
  return std::unexpected(
      Error{ErrorKind::in_use,
            fmt::format("the data folder {} is in use by {}; stop it first, or name another data "
                        "folder",
                        data_folder, holder(lock.number()))});
}

// Returns whether the kernel lists a lock of flock() on that file. A line of /proc/locks is
// `5: FLOCK  ADVISORY  WRITE 1234 fd:00:99 0 EOF`, whose last number of three is the inode.
bool is_locked(const struct stat& file) {
  std::ifstream locks("/proc/locks");
  const std::string place =
      fmt::format("{:02x}:{:02x}:{}", major(file.st_dev), minor(file.st_dev), file.st_ino);
  std::string line;
  while (std::getline(locks, line)) {
    std::istringstream fields(line);
    std::string number, kind, manner, access, process, at;
    fields >> number >> kind >> manner >> access >> process >> at;
    if (kind == "FLOCK" && at == place) return true;
  }
  return false;
}

}  // namespace

std::string holder_of(const std::string& data_folder) {
  const Descriptor lock = Descriptor::open_for_reading(data_folder + "/lock");
  struct stat file{};
  if (!lock.is_open() || ::fstat(lock.number(), &file) != 0 || !is_locked(file)) return {};
  return holder(lock.number());
}

// The lock file stays: without it two processes could each lock a file of that name. If somebody
// removes it, the store's own file is still locked.
Result<FolderLock> FolderLock::acquire(const std::string& data_folder, const std::string& purpose) {
  if (auto prepared = prepare_data_folder(data_folder); !prepared) {
    return std::unexpected(std::move(prepared.error()));
  }
  const std::string path = data_folder + "/lock";
  Descriptor lock = Descriptor::open_or_make(path);
  if (!lock.is_open()) {
    return failed(fmt::format("{} cannot be opened ({}); check the folder's permissions", path,
                              std::strerror(errno)));
  }
  if (auto locked = lock_now(lock, path, data_folder, lock); !locked) {
    return std::unexpected(std::move(locked.error()));
  }
  const std::string store_path = data_folder + "/" + facts_schema().file;
  Descriptor store = Descriptor::open_or_make(store_path);
  // If it cannot be opened, opening the store says why.
  if (store.is_open()) {
    if (auto locked = lock_now(store, store_path, data_folder, lock); !locked) {
      return std::unexpected(std::move(locked.error()));
    }
  }
  if (auto written = write_holder(lock.number(), path, purpose); !written) {
    return std::unexpected(std::move(written.error()));
  }
  return FolderLock(std::move(lock), std::move(store));
}

}  // namespace chatreports::store
