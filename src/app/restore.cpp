#include "app/restore.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

#include "app/checked_copy.h"
#include "app/connections.h"
#include "app/messages.h"
#include "app/stop_signals.h"
#include "store/data_folder.h"
#include "store/folder_lock.h"
#include "store/restore.h"
#include "store/unfinished_folder.h"

namespace chatreports::app {
namespace {

constexpr auto holder = "chatreports restore";

bool is_there(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0;
}

Result<void> require_backup(const std::string& backup) {
  if (!is_there(backup)) return failed(fmt::format("there is no backup {}", backup));
  if (!store::is_data_folder(backup)) {
    return failed(fmt::format("{} is not a backup: it has no chatreports.sqlite", backup));
  }
  return store::require_readable_data_folder(backup);
}

std::string sentence_about(const std::string& former) {
  if (former.empty()) return {};
  return fmt::format(
      "the former files are in {}: remove this folder when you do not need it any more\n", former);
}

// Completes what a restore before has begun.
Result<std::string> complete(const std::string& data_folder) {
  if (store::refuse_half_restored(data_folder)) return std::string();
  const auto lock = store::FolderLock::acquire(data_folder, holder);
  if (!lock) return std::unexpected(lock.error());
  const auto former = store::replace_by_copy(data_folder);
  if (!former) return former;
  return fmt::format("the interrupted restore of {} is complete\n", data_folder) +
         sentence_about(*former);
}

// Removes a folder that was made for the restore, if it has only what the lock has made.
void remove_new_folder(const std::string& data_folder) {
  struct stat status{};
  const std::string path = data_folder + "/chatreports.sqlite";
  if (::stat(path.c_str(), &status) != 0 || status.st_size > 0) return;
  ::unlink(path.c_str());
  ::unlink((data_folder + "/lock").c_str());
  ::rmdir(data_folder.c_str());
}

Result<std::string> copy_and_replace(const std::string& data_folder, const std::string& backup,
                                     StopSignals& signals) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begun_at = Clock::now();
  const auto lock = store::FolderLock::acquire(data_folder, holder);
  if (!lock) return std::unexpected(lock.error());
  const std::string within = data_folder + "/";
  auto folder = store::UnfinishedFolder::make(within + store::unfinished_restore);
  if (!folder) return std::unexpected(folder.error());
  const auto copy = make_checked_copy(backup, *folder, signals);
  if (!copy) {
    return std::unexpected(Error{
        copy.error().kind, fmt::format("{}; {} is as it was", copy.error().message, data_folder)});
  }
  if (const auto ready = folder->finish(within + store::ready_restore); !ready) {
    return std::unexpected(ready.error());
  }
  const auto former = store::replace_by_copy(data_folder);
  if (!former) return former;
  if (const auto copied = copy_connections(backup, data_folder); !copied) {
    return std::unexpected(
        Error{copied.error().kind, fmt::format("{} was restored, but not its connections: {}",
                                               data_folder, copied.error().message)});
  }
  const auto elapsed =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun_at);
  return fmt::format("{} was restored from {}: {}\n", data_folder, backup,
                     format_copy(*copy, elapsed)) +
         sentence_about(*former);
}

Result<std::string> restore(const std::string& data_folder, const std::string& backup) {
  StopSignals signals;
  auto completed = complete(data_folder);
  if (!completed || backup.empty()) return completed;
  if (const auto is_ours = store::refuse_foreign_folder(data_folder); !is_ours) {
    return std::unexpected(is_ours.error());
  }
  if (const auto there = require_backup(backup); !there) {
    return std::unexpected(there.error());
  }
  if (store::is_within(data_folder, backup)) {
    return failed(
        fmt::format("the data folder {} must not be in the backup {}", data_folder, backup));
  }
  const bool is_new = !is_there(data_folder);
  auto restored = copy_and_replace(data_folder, backup, signals);
  if (restored) return *completed + *restored;
  if (is_new) remove_new_folder(data_folder);
  return restored;
}

}  // namespace

int run_restore(const RestoreOptions& options) {
  const auto text =
      restore(without_last_slashes(options.data_folder), without_last_slashes(options.backup));
  if (!text) return exit_with(text.error());
  if (!text->empty()) return exit_printing(*text);
  say(fmt::format("name the backup: no restore of {} was interrupted", options.data_folder));
  return exit_wrong_usage;
}

}  // namespace chatreports::app
