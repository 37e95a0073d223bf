#pragma once
// How far an import is, as a line of text.

#include <chrono>
#include <cstdint>
#include <string>

namespace chatreports::app {

struct Progress {
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_total = 0;  // 0: nobody knows
  std::uint64_t records = 0;
  std::chrono::milliseconds elapsed{0};
  bool all_read = false;  // what is left to do is writing
};

// `5s`, `1m05s`, `2h03m`, `4d07h`.
std::string format_elapsed(std::chrono::milliseconds time);

// `47%  1234567 records  41152 records/s  12s left`, as much of it as can be said.
std::string format_progress(const Progress& progress);

// The same behind a bar; at most 79 columns for numbers of up to ten digits.
std::string format_progress_bar(const Progress& progress);

}  // namespace chatreports::app
