#include "app/import.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/importer.h"
#include "app/messages.h"
#include "app/progress.h"
#include "app/progress_line.h"
#include "app/stop_signals.h"
#include "app/terminal.h"
#include "base/printable.h"
#include "store/data_folder.h"
#include "store/folder_lock.h"
#include "store/store.h"

namespace chatreports::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds time_between_looks{200};
constexpr std::chrono::seconds time_for_reader_to_stop{1};

// Returns 0 if one of them is a pipe or missing, so the size is unknown.
std::uint64_t bytes_of_all(const std::vector<std::string>& files) {
  std::uint64_t total = 0;
  for (const std::string& file : files) {
    struct stat status{};
    const int failure =
        file == "-" ? ::fstat(STDIN_FILENO, &status) : ::stat(file.c_str(), &status);
    if (failure != 0 || !S_ISREG(status.st_mode)) return 0;
    total += static_cast<std::uint64_t>(status.st_size);
  }
  return total;
}

// Writes refusals to standard error as they come, and the progress.
class Display {
 public:
  explicit Display(std::uint64_t bytes_total) : bytes_total_(bytes_total) {}

  void show(Importer& importer) {
    std::string text;
    for (const std::string& line : importer.refusals().take_lines()) text += line + '\n';
    if (!text.empty()) {
      line_.clear();
      write(text);
    }
    const Progress progress{importer.bytes_read(), bytes_total_, importer.records(), elapsed(),
                            importer.is_read()};
    // A full line would move the cursor to the next one.
    const std::size_t columns = terminal_columns(STDERR_FILENO) - 1;
    line_.show(format_progress_bar(progress, columns), format_progress(progress));
  }

  void finish(Importer& importer) {
    line_.clear();
    for (const std::string& line : importer.refusals().take_lines()) write(line + '\n');
    const std::uint64_t unlisted = importer.refusals().unlisted();
    if (unlisted > 0) write(fmt::format("{} more were refused\n", unlisted));
  }

  std::chrono::milliseconds elapsed() const { return line_.elapsed(); }

 private:
  static void write(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

  const std::uint64_t bytes_total_;
  ProgressLine line_;
};

std::string format_summary(const store::WriteSummary& summary, std::uint64_t refused,
                           std::chrono::milliseconds elapsed) {
  const std::string ignored =
      summary.ignored == 0
          ? ""
          : fmt::format(", {} were webhooks that no figure needs", summary.ignored);
  return fmt::format("{} records went in, {} were known already, {} were refused{}, in {:.1f} s\n",
                     summary.written, summary.unchanged, refused, ignored,
                     static_cast<double>(elapsed.count()) / 1'000);
}

// Prints the result. Returns the exit code.
int report(const Importer& importer, std::uint64_t refused, std::chrono::milliseconds elapsed,
           std::optional<int> signal) {
  const std::vector<Error> errors = importer.errors();
  for (const Error& error : errors) say_error(error);
  std::string summary = format_summary(importer.summary(), refused, elapsed);
  for (const std::string& warning : importer.warnings()) summary += "warning: " + warning + '\n';
  Output output;
  const Result<void> printed = output.print(summary);
  if (signal) {
    say_error({ErrorKind::failed,
               "stopped by a signal; only what is counted above is in: import the same files again "
               "for the rest"});
    return 128 + *signal;
  }
  if (!printed) return output.end(printed);
  if (!errors.empty()) return exit_failed;
  return refused > 0 ? exit_some_refused : exit_ok;
}

// Waits until everything is written, and shows the progress. Returns the signal that came
// meanwhile.
std::optional<int> wait_until_written(Importer& importer, StopSignals& signals, Display& display) {
  std::optional<int> stopped_by;
  while (!importer.is_written()) {
    if (const auto signal = signals.wait_for(time_between_looks)) {
      // A second signal ends the process; the current transaction is lost as a whole.
      if (stopped_by) std::_Exit(128 + *signal);
      stopped_by = signal;
      importer.stop();
    }
    display.show(importer);
  }
  return stopped_by;
}

// Prints why if none can be opened, so that no data folder is made for nothing.
bool can_open_any(const std::vector<std::string>& files) {
  std::vector<Error> errors;
  for (const std::string& file : files) {
    if (file == "-" || ::access(file.c_str(), R_OK) == 0) return true;
    errors.push_back({ErrorKind::failed,
                      fmt::format("cannot open {}: {}", printable(file), std::strerror(errno))});
  }
  for (const Error& error : errors) say_error(error);
  return false;
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
  if (!can_open_any(options.files)) return exit_failed;
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
  const auto keys = PropertyKeys::open(options.data_folder);
  if (!keys) return exit_with(keys.error());
  opening.reset();

  Display display(bytes_of_all(options.files));
  Importer importer(**store, **keys, LicenseId{options.license}, options.files,
                    [&signals] { signals.wake(); });
  const std::optional<int> stopped_by = wait_until_written(importer, signals, display);
  display.finish(importer);
  const int exit_code =
      report(importer, importer.refusals().count(), display.elapsed(), stopped_by);
  store->reset();

  // The reader may block in a read from a pipe, which only the end of the process ends. Everything
  // is on disk by now.
  const Clock::time_point deadline = Clock::now() + time_for_reader_to_stop;
  while (!importer.is_read() && Clock::now() < deadline) {
    signals.wait_for(std::chrono::milliseconds(10));
  }
  if (!importer.is_read()) std::_Exit(exit_code);
  return exit_code;
}

}  // namespace chatreports::app
