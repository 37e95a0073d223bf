#pragma once
// The terminal that somebody looks at.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/error.h"

namespace chatreports::app {

// Returns the columns of a line: $COLUMNS, else those of the terminal with this descriptor,
// else 80.
std::size_t terminal_columns(int descriptor);

enum class Echo : std::uint8_t { shown, hidden };

// Asks the person at the terminal of standard input, and returns the line. The question goes to
// standard error. Fails at the end of the input, and at Ctrl-C.
Result<std::string> ask_terminal(const std::string& question, Echo echo);

}  // namespace chatreports::app
