#pragma once
// The text of --help, wrapped at the width of the terminal.

#include <CLI/CLI.hpp>
#include <cstddef>
#include <memory>

namespace chatreports::app {

// A word that is longer than a line has a line of its own, which is then too long.
std::shared_ptr<CLI::FormatterBase> help_for(std::size_t columns);

}  // namespace chatreports::app
