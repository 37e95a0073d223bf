#pragma once
// SQLite's log as a file, looked at before SQLite does: it reads the log up to the first frame
// whose checksum is wrong, and takes whatever follows for the remains of a write that was cut
// short.

#include <cstdint>
#include <string>

#include "base/error.h"

namespace chatreports::store {

struct LogState {
  std::uint64_t whole_frames = 0;  // before the first that is not whole, all of one generation
  // Commits of the same generation after that one. Each but the last began when the one before was
  // on the disk, and can't be missing because the machine stopped.
  std::uint64_t commits_after_damage = 0;
  bool is_header_damaged = false;  // of a log that holds more than its header
};

// Of the log of the database at `path`. Nothing at all where there is no log.
Result<LogState> read_log(const std::string& path);

}  // namespace chatreports::store
