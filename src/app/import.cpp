#include "app/import.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "app/engine_follower.h"
#include "app/import_display.h"
#include "app/import_files.h"
#include "app/importer.h"
#include "app/messages.h"
#include "app/rating_scale_flags.h"
#include "app/stop_signals.h"
#include "store/data_folder.h"
#include "store/folder_lock.h"
#include "store/store.h"

namespace chatreports::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds time_between_looks{200};
constexpr std::chrono::seconds time_for_reader_to_stop{1};

std::string format_summary(const store::WriteSummary& summary, std::uint64_t refused,
                           std::chrono::milliseconds elapsed) {
  const std::string ignored =
      summary.ignored == 0
          ? ""
          : fmt::format(", {} were webhooks that no figure needs", summary.ignored);
  const std::string deleted =
      summary.deleted == 0
          ? ""
          : fmt::format(", {} are of what was deleted (--again takes them)", summary.deleted);
  return fmt::format(
      "{} records went in, {} were known already, {} were refused{}{}, in {:.1f} s\n",
      summary.written, summary.unchanged, refused, ignored, deleted,
      static_cast<double>(elapsed.count()) / 1'000);
}

// Waits until everything is written, and shows the progress. Returns the signal that came
// meanwhile.
std::optional<int> wait_until_written(Importer& importer, StopSignals& signals,
                                      ImportDisplay& display) {
  std::optional<int> stopped_by;
  while (!importer.is_written()) {
    if (const auto signal = signals.wait_for(time_between_looks)) {
      // A second signal ends the process; the current transaction is lost as a whole.
      if (stopped_by) std::_Exit(128 + *signal);
      stopped_by = signal;
      importer.stop();
    }
    display.show(importer.reader());
  }
  return stopped_by;
}

// Makes the engine's files complete. Returns the signal that came meanwhile. Without them, a server
// reads the store.
std::optional<int> finish(EngineFollower& follower, store::Store& store, Importer& importer,
                          StopSignals& signals, ImportDisplay& display) {
  const auto origin = store.origin();
  if (!origin) return std::nullopt;
  follower.end(*origin);
  while (!follower.is_done()) {
    if (const auto signal = signals.wait_for(time_between_looks)) return signal;
    display.show(importer.reader());
  }
  if (!follower.result()) {
    display.finish(importer.reader());
    say(fmt::format("the engine's files can't be written, so the next start takes longer: {}",
                    follower.result().error().message));
  }
  return std::nullopt;
}

// A server that was killed may not have carried out all of them.
Result<void> end_deletions(store::Store& store) {
  while (true) {
    const auto step = store.go_on_deleting([] { return false; });
    if (!step) return std::unexpected(step.error());
    if (step->is_done) return {};
  }
}

// Adds how to send records to a running server.
Error with_other_way(Error error) {
  if (error.kind == ErrorKind::in_use) {
    error.message +=
        "; a running server takes records: curl -H 'Authorization: Bearer <token with the "
        "scope reports_write>' --data-binary @FILE http://<its address>/ingest/records";
  }
  return error;
}

}  // namespace

int run_import(const ImportOptions& options) {
  ImportFiles files = files_of(options.files);
  if (!can_open_any(files)) return exit_failed;
  if (const auto is_ours = store::refuse_foreign_folder(options.data_folder); !is_ours) {
    return exit_with(is_ours.error());
  }
  StopSignals signals;
  // Opening reads a log that was left behind, which may take seconds: a signal ends it at once.
  std::optional<EndAtSignal> opening(std::in_place, std::nullopt);
  const auto lock = store::FolderLock::acquire(options.data_folder, "chatreports import");
  if (!lock) return exit_with(with_other_way(lock.error()));
  auto store = store::Store::open_locked(options.data_folder, [](const std::string& sentence) {
    std::fputs(("chatreports: " + sentence + "\n").c_str(), stderr);
  });
  if (!store) return exit_with(store.error());
  const LicenseId license{options.license};
  if (const auto set = set_rating_scale(options.data_folder, license, options.rating_scale); !set) {
    return exit_with(set.error());
  }
  const auto rules = LicenseRules::open(options.data_folder);
  if (!rules) return exit_with(rules.error());
  if (const auto ended = end_deletions(**store); !ended) return exit_with(ended.error());
  if (options.takes_deleted) (*store)->take_deleted();
  auto follower =
      EngineFollower::begin(options.data_folder, **store, [&signals] { signals.wake(); });
  opening.reset();

  ImportDisplay display(bytes_of(files));
  Importer importer(**store, **rules, follower.get(), license, std::move(files), options.form,
                    [&signals] { signals.wake(); });
  std::optional<int> stopped_by = wait_until_written(importer, signals, display);
  ImportReader& reader = importer.reader();
  if (follower && !stopped_by && reader.errors().empty() && importer.summary().written > 0) {
    stopped_by = finish(*follower, **store, importer, signals, display);
  }
  follower.reset();
  display.finish(reader);
  const int exit_code = end_import(
      reader, format_summary(importer.summary(), reader.refusals().count(), display.elapsed()),
      stopped_by,
      "stopped by a signal; only what is counted above is in: import the same files again for the "
      "rest");
  store->reset();

  // The reader may block in a read from a pipe, which only the end of the process ends. Everything
  // is on disk by now.
  const Clock::time_point deadline = Clock::now() + time_for_reader_to_stop;
  while (!reader.is_read() && Clock::now() < deadline) {
    signals.wait_for(std::chrono::milliseconds(10));
  }
  if (!reader.is_read()) std::_Exit(exit_code);
  return exit_code;
}

}  // namespace chatreports::app
