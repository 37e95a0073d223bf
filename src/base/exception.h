#pragma once
// The meaning of an exception, of the language or of a library, to the people who run the program.

#include <exception>

#include "base/error.h"

namespace chatreports {

// Memory, or room for a thread, that was not there is told with what to do.
Error error_of(const std::exception& exception);

}  // namespace chatreports
