#pragma once
// The command `check`: reads all that a data folder holds, and says what of it is damaged.

#include <string>

namespace chatreports::app {

struct CheckOptions {
  std::string data_folder;
};

// The exit code: 0 where all is what was written.
int run_check(const CheckOptions& options);

}  // namespace chatreports::app
