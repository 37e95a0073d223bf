#pragma once
// `chatreports restore`.

#include <string>

namespace chatreports::app {

struct RestoreOptions {
  std::string data_folder;
  std::string backup;  // empty: only completes a restore that was interrupted
};

// Makes the data folder that of the backup, and keeps the former files in a folder within it.
// Returns the exit code.
int run_restore(const RestoreOptions& options);

}  // namespace chatreports::app
