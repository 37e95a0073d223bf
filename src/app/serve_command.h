#pragma once
// `chatreports serve` on the command line: its flags.

#include <CLI/CLI.hpp>
#include <functional>

namespace chatreports::app {

// Adds the command. If the command line has one, `chosen` runs it.
void add_serve(CLI::App& program, std::function<int()>& chosen);

}  // namespace chatreports::app
