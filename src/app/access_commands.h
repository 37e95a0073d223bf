#pragma once
// `chatreports token` and `chatreports webhook` on the command line.

#include <CLI/CLI.hpp>
#include <functional>

namespace chatreports::app {

// Adds the commands. If the command line has one, `chosen` runs it.
void add_token(CLI::App& program, std::function<int()>& chosen);
void add_webhook(CLI::App& program, std::function<int()>& chosen);

}  // namespace chatreports::app
