#pragma once
// `chatreports backup`.

#include <string>

namespace chatreports::app {

struct BackupOptions {
  std::string data_folder;
  std::string target;             // a folder that does not exist yet
  bool with_connections = false;  // and their credentials
};

// Copies a data folder, which a server may use meanwhile. The target appears when the copy is
// complete, checked and on the disk. Returns the exit code.
int run_backup(const BackupOptions& options);

}  // namespace chatreports::app
