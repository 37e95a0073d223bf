#pragma once
// Says in one sentence why a command line is refused.

#include <CLI/CLI.hpp>
#include <string>

namespace chatreports::app {

// `program` is as it was when it threw `error`. An unknown command, and arguments that nobody
// expects, come before an argument that is missing: a mistyped flag is both.
std::string usage_message(const CLI::App& program, const CLI::Error& error);

}  // namespace chatreports::app
