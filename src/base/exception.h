#pragma once
// Turns an exception of the language or of a library into an error for the operator.

#include <exception>

#include "base/error.h"

namespace chatreports {

// For a lack of memory or of threads, the error says what to do.
Error error_of(const std::exception& exception);

}  // namespace chatreports
