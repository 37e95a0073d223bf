#include "app/backup.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>

#include "app/checked_copy.h"
#include "app/connections.h"
#include "app/messages.h"
#include "app/stop_signals.h"
#include "store/data_folder.h"
#include "store/unfinished_folder.h"

namespace chatreports::app {
namespace {

Result<void> require_new(const std::string& target, const std::string& data_folder) {
  struct stat status{};
  if (::lstat(target.c_str(), &status) == 0) {
    return failed(fmt::format("{} exists already; name a folder that does not exist", target));
  }
  if (store::is_within(target, data_folder)) {
    return failed(fmt::format("{} must not be in the data folder {}", target, data_folder));
  }
  return {};
}

Result<std::string> back_up(const BackupOptions& options) {
  const std::string data_folder = without_last_slashes(options.data_folder);
  const std::string target = without_last_slashes(options.target);
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begun_at = Clock::now();
  StopSignals signals;
  if (const auto there = store::require_readable_data_folder(data_folder); !there) {
    return std::unexpected(there.error());
  }
  if (const auto is_new = require_new(target, data_folder); !is_new) {
    return std::unexpected(is_new.error());
  }
  if (options.with_connections) {
    const auto readable = read_whole_connections(data_folder);
    if (!readable) return std::unexpected(readable.error());
  }
  auto folder = store::UnfinishedFolder::make(target + ".unfinished");
  if (!folder) return std::unexpected(folder.error());
  const auto copy = make_checked_copy(data_folder, *folder, signals);
  if (!copy) {
    return std::unexpected(Error{copy.error().kind, copy.error().message + "; no backup was made"});
  }
  if (options.with_connections) {
    const auto copied = copy_connections(data_folder, folder->path());
    if (!copied) {
      return std::unexpected(
          Error{copied.error().kind, copied.error().message + "; no backup was made"});
    }
  }
  if (const auto finished = folder->finish(target); !finished) {
    return std::unexpected(finished.error());
  }
  const auto elapsed =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun_at);
  return fmt::format("{} has a backup of {}: {}\n", target, data_folder,
                     format_copy(*copy, elapsed));
}

}  // namespace

int run_backup(const BackupOptions& options) {
  const auto text = back_up(options);
  return text ? exit_printing(*text) : exit_with(text.error());
}

}  // namespace chatreports::app
