#pragma once
// `chatreports check`: reads a whole data folder and lists what is damaged.

#include <cstdint>
#include <string>
#include <vector>

namespace chatreports::app {

struct CheckedFiles {
  std::uint64_t facts = 0;
  std::vector<std::string> faults;  // a sentence for each
};

// Reads everything in the store and the file of tokens, and changes nothing. For a copy, which has
// no engine's files and which nobody uses.
CheckedFiles check_copy(const std::string& data_folder);

struct CheckOptions {
  std::string data_folder;
};

// Returns the exit code: 0 if nothing is damaged.
int run_check(const CheckOptions& options);

}  // namespace chatreports::app
