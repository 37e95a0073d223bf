#pragma once
// `chatreports check`: reads a whole data folder and lists what is damaged.

#include <string>

namespace chatreports::app {

struct CheckOptions {
  std::string data_folder;
};

// Returns the exit code: 0 if nothing is damaged.
int run_check(const CheckOptions& options);

}  // namespace chatreports::app
