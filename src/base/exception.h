#pragma once
// Turns an exception of the language or of a library into an error for the operator.

#include <exception>

#include "base/error.h"

namespace chatreports {

// For a lack of memory or of threads, the error says what to do.
Error error_of(const std::exception& exception);

// Returns what `call` returns, a Result, or the error of an exception.
template <class Call>
auto without_exceptions(const Call& call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& exception) {
    return std::unexpected(error_of(exception));
  }
}

}  // namespace chatreports
