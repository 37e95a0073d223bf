#pragma once
// The common part of `chatreports backup` and `chatreports restore`: a copy of a data folder that
// was read again.

#include <chrono>
#include <cstdint>
#include <string>

#include "app/stop_signals.h"
#include "base/error.h"
#include "store/unfinished_folder.h"

namespace chatreports::app {

struct CheckedCopy {
  std::uint64_t facts = 0;
  std::uint64_t bytes = 0;
};

// Copies the data folder `from` into the folder, as it is at one moment, and checks the copy as
// `chatreports check` does. Shows the progress on standard error. Fails if anything is damaged,
// after it has listed what. SIGINT and SIGTERM end the process, with 128 + their number; the folder
// is removed before.
Result<CheckedCopy> make_checked_copy(const std::string& from, store::UnfinishedFolder& to,
                                      StopSignals& signals);

// Returns `240 facts, 1.2 MB, in 0.4 s`.
std::string format_copy(const CheckedCopy& copy, std::chrono::milliseconds elapsed);

// Returns the path without slashes at its end.
std::string without_last_slashes(std::string path);

}  // namespace chatreports::app
