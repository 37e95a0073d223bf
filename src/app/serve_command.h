#pragma once
// `chatreports serve` on the command line: its flags, and its file of settings.

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/serve.h"
#include "app/settings_file.h"

namespace chatreports::app {

// Adds the command, which sets the options. If the command line has it, `chosen` runs it.
void add_serve(CLI::App& program, const std::shared_ptr<ServeOptions>& options,
               std::function<int()>& chosen);

// Reads the file that --config or its variable names, if any, and adds its settings to the
// arguments of the command unless an argument or a variable sets the same. Returns what it has
// added. Throws CLI::Error if the file can't be read or has a setting that is no flag.
std::vector<Setting> add_settings(std::vector<std::string>& arguments, const CLI::App& command);

}  // namespace chatreports::app
