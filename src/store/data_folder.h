#pragma once
// The folder that holds everything a server keeps.

#include <string>

#include "base/error.h"

namespace chatreports::store {

// Makes the folder where it is missing, parents too, for its owner alone (0700). The error says
// what is in the way.
Result<void> prepare_data_folder(const std::string& data_folder);

// Makes an empty file for its owner alone (0600) where there is none. The file is never opened:
// closing it would drop the locks that SQLite holds on it elsewhere in this process.
Result<void> prepare_file(const std::string& path);

}  // namespace chatreports::store
