#pragma once
// The result of every function that can fail. Errors are values: a Result is either a value or an
// Error that a person can read. Exceptions of libraries stop in the file that calls the library;
// a bug is a CHECK (base/check.h).

#include <expected>
#include <string>
#include <utility>

namespace chatreports {

enum class ErrorKind {
  invalid,      // the input is not acceptable; the message says what is allowed
  not_found,    // a named thing does not exist
  in_use,       // another process has it
  unavailable,  // the same input may succeed later (disk full, too busy)
  failed,       // the machine or a file failed
};

struct Error {
  ErrorKind kind = ErrorKind::failed;
  std::string message;  // a sentence for people, without a full stop

  bool operator==(const Error&) const = default;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> invalid(std::string message) {
  return std::unexpected(Error{ErrorKind::invalid, std::move(message)});
}

inline std::unexpected<Error> failed(std::string message) {
  return std::unexpected(Error{ErrorKind::failed, std::move(message)});
}

}  // namespace chatreports
