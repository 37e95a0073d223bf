#include "store/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "store/data_folder.h"

namespace chatreports::store {
namespace {

// What the holder has written: "<process id> <purpose>\n". It may not have come to it yet, and the
// file is only a courtesy: whatever stands there, the kernel's lock alone decides.
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

}  // namespace

Result<FolderLock> FolderLock::acquire(const std::string& data_folder, const std::string& purpose) {
  if (auto prepared = prepare_data_folder(data_folder); !prepared) {
    return std::unexpected(std::move(prepared.error()));
  }
  const std::string path = data_folder + "/lock";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return failed(fmt::format("{} cannot be opened ({}); check the folder's permissions", path,
                              std::strerror(errno)));
  }
  FolderLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
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
                          data_folder, holder(descriptor))});
  }
  if (auto written = write_holder(descriptor, path, purpose); !written) {
    return std::unexpected(std::move(written.error()));
  }
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

// The file stays: removing it would let two processes each lock a file of that name.
FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace chatreports::store
