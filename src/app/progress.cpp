#include "app/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace chatreports::app {
namespace {

constexpr std::size_t bar_columns = 14;

// Returns a part from 0 to 1, even of a file that grows while it is read.
double part_of(std::uint64_t bytes, std::uint64_t total) {
  return std::min(static_cast<double>(bytes) / static_cast<double>(total), 1.0);
}

double part_read(const Progress& progress) {
  return part_of(progress.bytes_read, progress.bytes_total);
}

std::string format_bar(double part) {
  const auto full = static_cast<std::size_t>(part * bar_columns);
  return fmt::format("[{:-<{}}]", std::string(full, '#'), bar_columns);
}

std::string format_time_left(std::chrono::milliseconds elapsed, double part) {
  constexpr double longest = 1e12;  // of milliseconds: 31 years say enough
  const double left = static_cast<double>(elapsed.count()) * (1 - part) / part;
  return fmt::format("{} left", format_elapsed(std::chrono::milliseconds(
                                    static_cast<std::int64_t>(std::min(left, longest)))));
}

double seconds(const Progress& progress) {
  return static_cast<double>(progress.elapsed.count()) / 1'000;
}

// The parts of a line. Each is empty if it is not known.

std::string bar(const Progress& progress) {
  return progress.bytes_total == 0 ? std::string() : format_bar(part_read(progress));
}

std::string part(const Progress& progress) {
  if (progress.bytes_total == 0) return {};
  return fmt::format("{:3.0f}%", 100 * part_read(progress));
}

std::string records(const Progress& progress) {
  return fmt::format("{} records", progress.records);
}

std::string rate(const Progress& progress) {
  if (seconds(progress) < 1) return {};
  return fmt::format("{:.0f} records/s", static_cast<double>(progress.records) / seconds(progress));
}

std::string time_left(const Progress& progress) {
  if (progress.all_read) return "writing the last";
  if (progress.bytes_total == 0 || progress.bytes_read == 0 || seconds(progress) < 1) return {};
  return format_time_left(progress.elapsed, part_read(progress));
}

std::string joined(const std::vector<std::string>& parts) {
  std::string line;
  for (const std::string& each : parts) {
    if (each.empty()) continue;
    if (!line.empty()) line += line.ends_with(']') ? " " : "  ";
    line += each;
  }
  return line;
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
  return joined({part(progress), records(progress), rate(progress), time_left(progress)});
}

std::string format_progress_bar(const Progress& progress, std::size_t columns) {
  const std::string whole = part(progress);
  const std::string all_records = records(progress);
  const std::string left = time_left(progress);
  for (const std::vector<std::string>& parts :
       {std::vector{bar(progress), whole, all_records, rate(progress), left},
        std::vector{bar(progress), whole, all_records, left},
        std::vector{bar(progress), whole, left}, std::vector{whole, all_records, left},
        std::vector{whole, left}}) {
    const std::string line = joined(parts);
    if (!line.empty() && line.size() <= columns) return line;
  }
  return whole.empty() ? all_records : whole;
}

std::string format_megabytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

std::string format_copy_progress(const CopyProgress& progress) {
  if (progress.is_checked_now) return "checking the copy";
  if (progress.bytes_total == 0) return "copying";
  const double part = part_of(progress.bytes_copied, progress.bytes_total);
  std::string line = fmt::format("{:3.0f}%  {:.1f} of {}", 100 * part,
                                 static_cast<double>(progress.bytes_copied) / 1e6,
                                 format_megabytes(progress.bytes_total));
  if (part > 0 && progress.elapsed >= std::chrono::seconds(1)) {
    line += "  " + format_time_left(progress.elapsed, part);
  }
  return line;
}

std::string format_copy_progress_bar(const CopyProgress& progress) {
  if (progress.is_checked_now || progress.bytes_total == 0) return format_copy_progress(progress);
  return format_bar(part_of(progress.bytes_copied, progress.bytes_total)) + ' ' +
         format_copy_progress(progress);
}

}  // namespace chatreports::app
