#pragma once
// The file of `serve --config`: a line `name = value` for each flag that it sets, without the
// dashes. Lines that begin with # are comments. Lists are repeated lines or in brackets; a value
// with blanks, commas or number signs is in double quotes.

#include <string>
#include <vector>

#include "base/error.h"

namespace chatreports::app {

struct Setting {
  std::string name;  // "max-body-bytes"
  std::vector<std::string> values;
  bool operator==(const Setting&) const = default;
};

// Fails with the path and what is wrong: not a file, too large, or not in this form.
Result<std::vector<Setting>> read_settings(const std::string& path);

// Returns the names of the settings in which the two differ, each once.
std::vector<std::string> changed_settings(const std::vector<Setting>& before,
                                          const std::vector<Setting>& after);

}  // namespace chatreports::app
