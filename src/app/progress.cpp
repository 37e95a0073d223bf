#include "app/progress.h"

#include <fmt/format.h>

#include <algorithm>

namespace chatreports::app {
namespace {

constexpr std::size_t bar_columns = 14;

// Returns a part from 0 to 1, even of a file that grows while it is read.
double part_read(const Progress& progress) {
  return std::min(
      static_cast<double>(progress.bytes_read) / static_cast<double>(progress.bytes_total), 1.0);
}

}  // namespace

std::string format_elapsed(std::chrono::milliseconds time) {
  const std::int64_t seconds = time.count() / 1'000;
  const std::int64_t minutes = seconds / 60;
  const std::int64_t hours = minutes / 60;
  if (minutes == 0) return fmt::format("{}s", seconds);
  if (hours == 0) return fmt::format("{}m{:02}s", minutes, seconds % 60);
  if (hours < 24) return fmt::format("{}h{:02}m", hours, minutes % 60);
  return fmt::format("{}d{:02}h", hours / 24, hours % 24);
}

std::string format_progress(const Progress& progress) {
  const double seconds = static_cast<double>(progress.elapsed.count()) / 1'000;
  std::string line;
  if (progress.bytes_total > 0) line += fmt::format("{:3.0f}%  ", 100 * part_read(progress));
  line += fmt::format("{} records", progress.records);
  if (seconds >= 1) {
    line += fmt::format("  {:.0f} records/s", static_cast<double>(progress.records) / seconds);
  }
  if (progress.all_read) {
    line += "  writing the last";
  } else if (progress.bytes_total > 0 && progress.bytes_read > 0 && seconds >= 1) {
    const double part = part_read(progress);
    const double left = static_cast<double>(progress.elapsed.count()) * (1 - part) / part;
    constexpr double longest = 1e12;  // of milliseconds: 31 years say enough
    line += fmt::format("  {} left", format_elapsed(std::chrono::milliseconds(
                                         static_cast<std::int64_t>(std::min(left, longest)))));
  }
  return line;
}

std::string format_progress_bar(const Progress& progress) {
  if (progress.bytes_total == 0) return format_progress(progress);
  const auto full = static_cast<std::size_t>(part_read(progress) * bar_columns);
  return fmt::format("[{:-<{}}] {}", std::string(full, '#'), bar_columns,
                     format_progress(progress));
}

}  // namespace chatreports::app
