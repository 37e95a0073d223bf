#pragma once
// The progress of an import, or of a copy of a data folder, as a line of text.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace chatreports::app {

struct Progress {
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_total = 0;  // 0: unknown
  std::uint64_t records = 0;
  std::chrono::milliseconds elapsed{0};
  bool all_read = false;  // only writing is left
};

// Returns `5s`, `1m05s`, `2h03m` or `4d07h`.
std::string format_elapsed(std::chrono::milliseconds time);

// Returns `47%  1234567 records  41152 records/s  12s left`, or what is known of it.
std::string format_progress(const Progress& progress);

// Returns the same after a bar. Leaves out what does not fit into the columns: first the rate, then
// the records, then the bar.
std::string format_progress_bar(const Progress& progress, std::size_t columns);

struct CopyProgress {
  std::uint64_t bytes_copied = 0;
  std::uint64_t bytes_total = 0;  // 0: unknown
  std::chrono::milliseconds elapsed{0};
  bool is_checked_now = false;  // everything is copied
};

// Returns `47%  123.4 of 262.1 MB  12s left`, or `checking the copy`.
std::string format_copy_progress(const CopyProgress& progress);

// Returns the same after a bar.
std::string format_copy_progress_bar(const CopyProgress& progress);

// Returns `1234.5 MB`.
std::string format_megabytes(std::uint64_t bytes);

}  // namespace chatreports::app
