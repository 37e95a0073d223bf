#pragma once
// The terminal that somebody looks at.

#include <cstddef>

namespace chatreports::app {

// Returns the columns of a line: $COLUMNS, else those of the terminal with this descriptor,
// else 80.
std::size_t terminal_columns(int descriptor);

}  // namespace chatreports::app
