#include "store/data_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <initializer_list>
#include <string_view>
#include <system_error>

#include "store/descriptor.h"

namespace chatreports::store {
namespace {

constexpr std::array<std::string_view, 6> no_strangers{
    "lock", "lost+found", "last_commit", "engine", connections_folder, unfinished_restore};

bool is_stranger(std::string_view name) {
  return std::ranges::find(no_strangers, name) == no_strangers.end() &&
         !name.starts_with(before_restore);
}

// Returns whether a reader of SQLite's file has to write beside it. Byte 18 of a file of SQLite's
// is 2 if it has a log.
bool has_log(const std::string& path) {
  constexpr std::size_t place = 18;
  std::array<unsigned char, 1> version{};
  const Descriptor file = Descriptor::open_for_reading(path);
  return file.is_open() && file.read_at(version, place) && version[0] == 2;
}

Error not_writable(const std::string& path, int system_error) {
  return {ErrorKind::failed,
          fmt::format("{} cannot be written: {}; commands that only read need that, too, because "
                      "SQLite keeps locks and its log there; run them as the user that runs "
                      "chatreports, on a copy, or, to check, export or report, on a backup",
                      path, std::strerror(system_error))};
}

std::unexpected<Error> not_makeable(const std::string& data_folder, std::string_view part,
                                    int system_error) {
  const ErrorKind kind = system_error == ENOSPC ? ErrorKind::unavailable : ErrorKind::failed;
  return std::unexpected(Error{
      kind, fmt::format("the data folder {} cannot be made: {}: {}; make it yourself, or name "
                        "another one",
                        data_folder, part, std::strerror(system_error))});
}

Result<void> require_folder(const std::string& data_folder) {
  struct stat status{};
  const bool is_there = ::stat(data_folder.c_str(), &status) == 0;
  if (!is_there && errno == ENOENT) {
    return failed(
        fmt::format("there is no data folder {}; name the folder with --data", data_folder));
  }
  if (!is_there || (S_ISDIR(status.st_mode) && ::access(data_folder.c_str(), R_OK | X_OK) != 0)) {
    return failed(
        fmt::format("the data folder {} cannot be read: {}; run the command as the user "
                    "that runs chatreports",
                    data_folder, std::strerror(errno)));
  }
  if (auto whole = refuse_half_restored(data_folder); !whole) return whole;
  if (is_data_folder(data_folder)) return {};
  return failed(fmt::format("{} is not a data folder of chatreports; name the folder with --data",
                            data_folder));
}

}  // namespace

Result<void> prepare_data_folder(const std::string& data_folder) {
  if (data_folder.empty()) return invalid("the name of the data folder is empty");
  if (data_folder.find('\0') != std::string::npos) {
    return invalid("the name of the data folder holds a zero byte");
  }
  for (std::size_t end = 0; end != std::string::npos;) {
    end = data_folder.find('/', end + 1);
    const std::string part = data_folder.substr(0, end);
    if (::mkdir(part.c_str(), 0700) == 0) continue;
    const int system_error = errno;
    struct stat status{};
    if (::stat(part.c_str(), &status) != 0) return not_makeable(data_folder, part, system_error);
    if (!S_ISDIR(status.st_mode)) {
      return invalid(
          fmt::format("the data folder {} cannot be used: {} is a file, not a folder; name another "
                      "one",
                      data_folder, part));
    }
  }
  if (::access(data_folder.c_str(), R_OK | W_OK | X_OK) != 0) {
    return failed(fmt::format(
        "the data folder {} cannot be written ({}); give the user that runs chatreports "
        "the right to write it, or name another one",
        data_folder, std::strerror(errno)));
  }
  return {};
}

bool is_data_folder(const std::string& data_folder) {
  struct stat status{};
  return has_store(data_folder) || ::stat((data_folder + "/access.sqlite").c_str(), &status) == 0;
}

bool has_store(const std::string& data_folder) {
  struct stat status{};
  return ::stat((data_folder + "/chatreports.sqlite").c_str(), &status) == 0;
}

Result<void> require_data_folder(const std::string& data_folder) {
  if (auto there = require_folder(data_folder); !there) return there;
  for (const char* name : {"", "/chatreports.sqlite", "/access.sqlite"}) {
    const std::string path = data_folder + name;
    if (::access(path.c_str(), R_OK | W_OK) == 0 || errno == ENOENT) continue;
    return std::unexpected(not_writable(path, errno));
  }
  return {};
}

Result<void> require_readable_data_folder(const std::string& data_folder) {
  if (auto there = require_folder(data_folder); !there) return there;
  for (const char* name : {"/chatreports.sqlite", "/access.sqlite"}) {
    const std::string path = data_folder + name;
    if (::access(path.c_str(), R_OK) != 0 && errno != ENOENT) {
      return failed(
          fmt::format("{} cannot be read: {}; run the command as the user that runs "
                      "chatreports",
                      path, std::strerror(errno)));
    }
    if (has_log(path)) return require_data_folder(data_folder);
  }
  return {};
}

// Each writer makes a log and the note of the last commit.
bool is_backup(const std::string& data_folder) {
  struct stat status{};
  const std::string path = data_folder + "/chatreports.sqlite";
  return ::stat(path.c_str(), &status) == 0 && status.st_size > 0 && !has_log(path) &&
         ::stat((data_folder + "/last_commit").c_str(), &status) != 0;
}

Result<void> refuse_half_restored(const std::string& data_folder) {
  struct stat status{};
  if (::lstat((data_folder + "/" + ready_restore).c_str(), &status) != 0) return {};
  return failed(
      fmt::format("a restore of the data folder {} was interrupted; to complete it, type "
                  "`chatreports restore --data {}`",
                  data_folder, data_folder));
}

bool is_within(const std::string& path, const std::string& folder) {
  std::error_code error;
  const auto whole = std::filesystem::weakly_canonical(path, error);
  const auto outer = std::filesystem::weakly_canonical(folder, error);
  const auto rest = whole.lexically_relative(outer);
  return !rest.empty() && *rest.begin() != "..";
}

Result<void> refuse_foreign_folder(const std::string& data_folder) {
  if (auto whole = refuse_half_restored(data_folder); !whole) return whole;
  if (is_data_folder(data_folder)) return {};
  std::error_code error;
  bool has_others = false;
  // A server that starts makes `lock` first, a new disk has `lost+found`, and the others stay when
  // the store is moved away.
  for (std::filesystem::directory_iterator file(data_folder, error), end; !error && file != end;
       file.increment(error)) {
    const std::string name = file->path().filename();
    has_others = has_others || is_stranger(name);
  }
  if (!has_others) return {};
  return failed(fmt::format(
      "{} holds other files and is not a data folder of chatreports; name the folder with --data, "
      "an empty or a new one to begin with",
      data_folder));
}

Result<void> prepare_file(const std::string& path) {
  if (::mknod(path.c_str(), S_IFREG | 0600, 0) == 0 || errno == EEXIST) return {};
  const int system_error = errno;
  const ErrorKind kind = system_error == ENOSPC ? ErrorKind::unavailable : ErrorKind::failed;
  return std::unexpected(
      Error{kind, fmt::format("{} cannot be made ({}); check the folder's permissions and space",
                              path, std::strerror(system_error))});
}

OpeningTurn::OpeningTurn(const std::string& data_folder)
    : descriptor_(::open(data_folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (descriptor_ >= 0) ::flock(descriptor_, LOCK_EX);
}

OpeningTurn::~OpeningTurn() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace chatreports::store
