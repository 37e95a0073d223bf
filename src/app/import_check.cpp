#include "app/import_check.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "app/import_display.h"
#include "app/import_files.h"
#include "app/import_reader.h"
#include "app/messages.h"
#include "app/record_counts.h"
#include "app/stop_signals.h"
#include "base/printable.h"
#include "store/data_folder.h"
#include "store/rating_scales.h"

namespace chatreports::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds time_between_looks{200};
constexpr std::chrono::seconds time_for_reader_to_stop{1};

// Waits for the reader, and shows the progress. Returns the signal that came meanwhile; then a read
// from a pipe may still block.
std::optional<int> wait_until_read(ImportReader& reader, StopSignals& signals,
                                   ImportDisplay& display) {
  std::optional<int> stopped_by;
  std::optional<Clock::time_point> deadline;
  while (!reader.is_read() && (!deadline || Clock::now() < *deadline)) {
    if (const auto signal = signals.wait_for(time_between_looks)) {
      if (stopped_by) std::_Exit(128 + *signal);
      stopped_by = signal;
      deadline = Clock::now() + time_for_reader_to_stop;
      reader.stop();
    }
    display.show(reader);
  }
  return stopped_by;
}

std::string summary_of(const ImportOptions& options, ImportReader& reader,
                       const RecordCounts& counts, std::chrono::milliseconds elapsed) {
  std::string text =
      fmt::format("{} records can go in, {} would be refused, in {:.1f} s\n", reader.records(),
                  reader.refusals().count(), static_cast<double>(elapsed.count()) / 1'000);
  text += counts.text();
  if (const std::uint64_t uncounted = reader.uncounted_values(); uncounted > 0) {
    text += fmt::format("{:>12}  values that count nowhere\n", uncounted);
  }
  text += store::is_data_folder(options.data_folder)
              ? fmt::format("nothing was written into {}\n", printable(options.data_folder))
              : fmt::format("nothing was written; an import would begin the data folder {}\n",
                            printable(options.data_folder));
  return text;
}

// That of the scale that the licence would have.
Result<std::int64_t> highest_rating_of(const ImportOptions& options) {
  if (options.rating_scale) return options.rating_scale->highest;
  const auto scales = store::RatingScales::read(options.data_folder);
  if (!scales) return std::unexpected(scales.error());
  const auto found = scales->find(LicenseId{options.license});
  return found == scales->end() ? chat::RatingScale().highest : found->second.highest;
}

}  // namespace

int run_import_check(const ImportOptions& options) {
  ImportFiles files = files_of(options.files);
  if (!can_open_any(files)) return exit_failed;
  if (const auto is_ours = store::refuse_foreign_folder(options.data_folder); !is_ours) {
    return exit_with(is_ours.error());
  }
  const auto highest_rating = highest_rating_of(options);
  if (!highest_rating) return exit_with(highest_rating.error());
  StopSignals signals;
  ImportDisplay display(bytes_of(files));
  RecordCounts counts;
  ImportReader reader(std::move(files), *highest_rating, options.form);
  std::thread reading([&] {
    reader.read([&counts](const std::vector<chat::Record>& records) -> Result<void> {
      counts.add(records);
      return {};
    });
    signals.wake();
  });
  const std::optional<int> stopped_by = wait_until_read(reader, signals, display);
  display.finish(reader);
  const int exit_code =
      end_import(reader, summary_of(options, reader, counts, display.elapsed()), stopped_by,
                 "stopped by a signal; what follows in the files is not counted");
  if (!reader.is_read()) std::_Exit(exit_code);
  reading.join();
  return exit_code;
}

}  // namespace chatreports::app
