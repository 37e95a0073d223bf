#pragma once
// `chatreports license`.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "chat/rating_scale.h"

namespace chatreports::app {

struct LicenseOptions {
  std::string data_folder;
  std::int64_t license = 0;
  std::optional<chat::RatingScale> rating_scale = {};  // to set
  bool removes_rating_scale = false;
};

// Changes what holds for all records of the licence, and prints it. Returns the exit code. A server
// may have the folder.
int run_license(const LicenseOptions& options);

// Adds the command. If the command line has it, `chosen` runs it.
void add_license_command(CLI::App& program, std::function<int()>& chosen);

}  // namespace chatreports::app
