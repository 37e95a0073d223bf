#include "app/connections.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <limits>
#include <string_view>
#include <system_error>
#include <vector>

#include "app/arguments.h"
#include "store/data_folder.h"
#include "store/descriptor.h"
#include "store/unfinished_folder.h"

namespace chatreports::app {
namespace {

constexpr std::size_t most_bytes = 16'384;  // of a connection, or of credentials
constexpr std::string_view ending = ".json";

std::string folder_in(const std::string& data_folder) {
  return fmt::format("{}/{}", data_folder, store::connections_folder);
}

std::string path_of(const std::string& data_folder, LicenseId license) {
  return fmt::format("{}/{}{}", folder_in(data_folder), license.value, ending);
}

// The name of a file that is not complete, of this process.
std::string unfinished_of(const std::string& path) {
  return fmt::format("{}.{}.unfinished", path, ::getpid());
}

// Removes what commands that were killed have left.
void remove_unfinished(const std::string& folder, const std::string& path) {
  const std::string begin = std::filesystem::path(path).filename().string() + '.';
  std::vector<std::filesystem::path> left;
  std::error_code error;
  for (std::filesystem::directory_iterator file(folder, error), end; !error && file != end;
       file.increment(error)) {
    const std::string name = file->path().filename().string();
    if (name.starts_with(begin) && name.ends_with(".unfinished")) left.push_back(file->path());
  }
  for (const std::filesystem::path& file : left) std::filesystem::remove(file, error);
}

std::unexpected<Error> error_with(const std::string& path, std::string_view what, int number) {
  return failed(fmt::format("{} cannot be {}: {}", path, what, std::strerror(number)));
}

Result<std::string> read_small_file(const std::string& path) {
  const store::Descriptor file = store::Descriptor::open_for_reading(path);
  struct stat status{};
  if (!file.is_open() || ::fstat(file.number(), &status) != 0) {
    return error_with(path, "read", errno);
  }
  if (!S_ISREG(status.st_mode)) return failed(path + " is not a file; remove it");
  if (static_cast<std::size_t>(status.st_size) > most_bytes) {
    return failed(fmt::format("{} has more than {} bytes", path, most_bytes));
  }
  std::vector<unsigned char> bytes(static_cast<std::size_t>(status.st_size));
  if (!file.read_at(bytes, 0)) return error_with(path, "read", errno);
  return std::string(bytes.begin(), bytes.end());
}

// As ssh does with its keys.
Result<void> require_private(const std::string& path) {
  struct stat status{};
  constexpr mode_t of_others = S_IRWXG | S_IRWXO;
  if (::stat(path.c_str(), &status) != 0 || (status.st_mode & of_others) == 0) return {};
  return failed(fmt::format("others may read {}, which has credentials; chmod 600 it", path));
}

Result<pull::Connection> read_connection(const std::string& path) {
  if (auto is_private = require_private(path); !is_private) {
    return std::unexpected(std::move(is_private.error()));
  }
  const auto text = read_small_file(path);
  if (!text) return std::unexpected(text.error());
  auto connection = pull::parse_connection(*text);
  if (!connection) {
    return invalid(fmt::format("{} cannot be used: {}; connect the licence again", path,
                               connection.error().message));
  }
  return connection;
}

}  // namespace

Result<std::map<LicenseId, Result<pull::Connection>>> read_connections(
    const std::string& data_folder) {
  std::map<LicenseId, Result<pull::Connection>> connections;
  const std::string folder = folder_in(data_folder);
  std::error_code error;
  std::filesystem::directory_iterator file(folder, error);
  for (const std::filesystem::directory_iterator end; !error && file != end;
       file.increment(error)) {
    const std::string name = file->path().filename().string();
    if (!name.ends_with(ending)) continue;
    const auto number =
        parse_whole_number(std::string_view(name).substr(0, name.size() - ending.size()), 1,
                           static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
    if (!number) continue;
    const LicenseId license{static_cast<std::int64_t>(*number)};
    connections.emplace(license, read_connection(path_of(data_folder, license)));
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return error_with(folder, "read", error.value());
  }
  return connections;
}

Result<std::map<LicenseId, pull::Connection>> read_whole_connections(
    const std::string& data_folder) {
  auto read = read_connections(data_folder);
  if (!read) return std::unexpected(std::move(read.error()));
  std::map<LicenseId, pull::Connection> connections;
  for (auto& [license, connection] : *read) {
    if (!connection) return std::unexpected(std::move(connection.error()));
    connections.emplace(license, *std::move(connection));
  }
  return connections;
}

Result<pull::Connection> with_credentials(const pull::Connection& connection) {
  if (connection.credential.empty()) return connection;
  const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr) {
    return failed(fmt::format(
        "the service manager gives this process no credentials, and the connection needs \"{}\"; "
        "see LoadCredential= in systemd.exec(5)",
        connection.credential));
  }
  const std::string path = fmt::format("{}/{}", folder, connection.credential);
  const auto text = read_small_file(path);
  if (!text) return std::unexpected(text.error());
  pull::Connection whole = connection;
  if (const auto read = pull::read_credentials(*text, whole.account); !read) {
    return invalid(fmt::format("{}: {}", path, read.error().message));
  }
  return whole;
}

Result<void> write_connection(const std::string& data_folder, LicenseId license,
                              const pull::Connection& connection) {
  const std::string folder = folder_in(data_folder);
  if (::mkdir(folder.c_str(), 0700) == 0) {
    if (auto synced = store::sync_to_disk(data_folder); !synced) return synced;
  } else if (errno != EEXIST) {
    return error_with(folder, "made", errno);
  }
  const std::string path = path_of(data_folder, license);
  const std::string unfinished = unfinished_of(path);
  ::unlink(unfinished.c_str());
  {
    const store::Descriptor file = store::Descriptor::open_or_make(unfinished);
    if (!file.is_open()) return error_with(unfinished, "made", errno);
    const std::string text = pull::format_connection(connection) + '\n';
    const std::vector<unsigned char> bytes(text.begin(), text.end());
    if (!file.write_at(bytes, 0) || !file.sync()) {
      const int number = errno;
      ::unlink(unfinished.c_str());
      return error_with(unfinished, "written", number);
    }
  }
  if (std::rename(unfinished.c_str(), path.c_str()) != 0) {
    const int number = errno;
    ::unlink(unfinished.c_str());
    return error_with(path, "made", number);
  }
  return store::sync_to_disk(folder);
}

Result<void> copy_connections(const std::string& from, const std::string& to) {
  const auto connections = read_whole_connections(from);
  if (!connections) return std::unexpected(connections.error());
  for (const auto& [license, connection] : *connections) {
    if (auto written = write_connection(to, license, connection); !written) return written;
  }
  return {};
}

Result<bool> remove_connection(const std::string& data_folder, LicenseId license) {
  const std::string path = path_of(data_folder, license);
  remove_unfinished(folder_in(data_folder), path);
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return false;
    return error_with(path, "removed", errno);
  }
  if (auto synced = store::sync_to_disk(folder_in(data_folder)); !synced) {
    return std::unexpected(std::move(synced.error()));
  }
  return true;
}

}  // namespace chatreports::app
