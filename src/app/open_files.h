#pragma once
// The limit on open files of the process.

#include <cstddef>

#include "base/error.h"

namespace chatreports::app {

// Raises the limit to what every command needs. Fails if the system allows less.
Result<void> require_open_files();

// Raises the limit to what so many connections need, as each is an open file. Logs a warning if the
// system allows less.
void allow_open_files(std::size_t connections);

}  // namespace chatreports::app
