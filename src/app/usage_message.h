#pragma once
// Errors of usage, in one sentence.

#include <CLI/CLI.hpp>
#include <string>

namespace chatreports::app {

// Returns why a command line is refused. `program` is as it was when it threw `error`. Unknown
// commands and arguments come before missing arguments: a mistyped flag causes both.
std::string usage_message(const CLI::App& program, const CLI::Error& error);

}  // namespace chatreports::app
