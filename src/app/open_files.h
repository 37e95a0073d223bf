#pragma once
// How many files the process may have open.

#include <cstddef>

#include "base/error.h"

namespace chatreports::app {

// Raises the process's limit to what every command needs. An error where the system allows less.
Result<void> require_open_files();

// Each connection is an open file, and what a process may open by default is far less than what the
// system lets it ask for. Raises the limit as far as the system allows, and warns where that is not
// enough.
void allow_open_files(std::size_t connections);

}  // namespace chatreports::app
