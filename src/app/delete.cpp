#include "app/delete.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

#include "app/connections.h"
#include "app/messages.h"
#include "app/stop_signals.h"
#include "base/engine_files.h"
#include "store/data_folder.h"
#include "store/folder_lock.h"
#include "store/store.h"
#include "time/rfc3339.h"

namespace chatreports::app {
namespace {

using Clock = std::chrono::steady_clock;

// A signal is noticed as soon.
constexpr std::chrono::milliseconds time_of_step{200};

Error with_other_way(Error error) {
  if (error.kind == ErrorKind::in_use) {
    error.message +=
        "; a running server deletes: curl -H 'Authorization: Bearer <token with the scope "
        "records_delete>' -d '{\"thread_id\":\"…\"}' http://<its address>/v1/deletions";
  }
  return error;
}

// The number of chats that were removed or changed so far, and the signal that came.
struct Progress {
  std::uint64_t removed = 0;
  std::uint64_t changed = 0;
  std::optional<int> signal;

  void add(const store::DeletionStep& step) {
    removed += step.removed;
    changed += step.changed;
  }
};

// Calls `step` until it returns true, or until a signal comes.
template <class Step>
Result<void> repeat(StopSignals& signals, Progress& progress, const Step& step) {
  while (true) {
    const Clock::time_point end = Clock::now() + time_of_step;
    const Result<bool> is_done = step([end] { return Clock::now() >= end; });
    if (!is_done) return std::unexpected(is_done.error());
    if (*is_done) return {};
    progress.signal = signals.wait_for(std::chrono::milliseconds(0));
    if (progress.signal) return {};
  }
}

Result<Progress> erase(store::Store& store, const DeleteOptions& options, StopSignals& signals) {
  Progress progress;
  const auto begun = store.begin_deleting(LicenseId{options.license}, options.deletion);
  if (!begun) return std::unexpected(begun.error());
  progress.add(*begun);
  auto done = repeat(signals, progress, [&](const auto& is_enough) -> Result<bool> {
    const auto step = store.go_on_deleting(is_enough);
    if (!step) return std::unexpected(step.error());
    progress.add(*step);
    return step->is_done;
  });
  if (done && !progress.signal) {
    done = repeat(signals, progress, [&](const auto& is_enough) -> Result<bool> {
      const auto compacted = store.compact(is_enough);
      if (!compacted) return std::unexpected(compacted.error());
      // A command that reads the folder ends some time; the next deletion empties the log, too.
      return *compacted != store::Compacted::in_part;
    });
  }
  if (!done) return std::unexpected(done.error());
  return progress;
}

std::string sentence_about(const DeleteOptions& options, const Progress& progress) {
  if (std::holds_alternative<chat::AgentDeletion>(options.deletion)) {
    return fmt::format("chats in which the agent's id was replaced: {}\n", progress.changed);
  }
  return fmt::format("deleted chats: {}\n", progress.removed);
}

}  // namespace

int run_delete(const DeleteOptions& options) {
  if (const auto there = store::require_data_folder(options.data_folder); !there) {
    return exit_with(there.error());
  }
  StopSignals signals;
  const auto lock = store::FolderLock::acquire(options.data_folder, "chatreports delete");
  if (!lock) return exit_with(with_other_way(lock.error()));
  const auto store = store::Store::open_locked(options.data_folder,
                                               [](const std::string& sentence) { say(sentence); });
  if (!store) return exit_with(store.error());
  const auto progress = erase(**store, options, signals);
  if (!progress) return exit_with(progress.error());
  // They contain what was deleted, and a server makes them again.
  const std::error_code error = remove_engine_files(options.data_folder + "/engine");
  if (error) {
    return exit_with({ErrorKind::failed,
                      fmt::format("{}/engine still contains what was deleted: {}; remove its files",
                                  options.data_folder, error.message())});
  }
  if (std::holds_alternative<chat::LicenseDeletion>(options.deletion)) {
    const auto removed = remove_connection(options.data_folder, LicenseId{options.license});
    if (!removed) return exit_with(removed.error());
    if (*removed) say(fmt::format("licence {} is not connected any more", options.license));
  }
  if (!progress->signal) return exit_printing(sentence_about(options, *progress));
  say("stopped by a signal: the deletion is noted, and goes on with the next one or when a server "
      "starts");
  return 128 + *progress->signal;
}

}  // namespace chatreports::app
