#pragma once
// Names in the environment that look like ours.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace chatreports::app {

// Returns a warning for each variable CHATREPORTS_… of the process that no command reads: most
// likely it is mistyped. `program` has the variables of all flags.
std::vector<std::string> warnings_of_environment(const CLI::App& program);

}  // namespace chatreports::app
