#pragma once
// Reads SQLite's log before SQLite does. SQLite reads the log up to the first frame with a wrong
// checksum, and takes the rest for the remains of a write that was cut short.

#include <cstdint>
#include <string>

#include "base/error.h"

namespace chatreports::store {

struct LogState {
  std::uint64_t whole_frames = 0;  // before the first that is not whole, all of one generation
  // Commits of the same generation after that frame. Each except the last began when the one before
  // was on the disk, so a stopped machine does not explain why it is missing.
  std::uint64_t commits_after_damage = 0;
  bool is_header_damaged = false;  // and the log has more than a header
};

// Reads the log of the database at `path`. Without a log everything is 0.
Result<LogState> read_log(const std::string& path);

}  // namespace chatreports::store
