#pragma once
// `chatreports connect`, `disconnect` and `pull` on the command line.

#include <CLI/CLI.hpp>
#include <functional>

namespace chatreports::app {

// Adds the commands. If the command line has one, `chosen` runs it.
void add_connect(CLI::App& program, std::function<int()>& chosen);
void add_disconnect(CLI::App& program, std::function<int()>& chosen);
void add_pull(CLI::App& program, std::function<int()>& chosen);

}  // namespace chatreports::app
