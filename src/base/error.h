#pragma once
// The answer of every function of the program that can fail. Errors are values: a Result holds
// either what was asked for or an Error that a person can read. Exceptions of libraries stop at the
// file that calls the library; a broken promise of our own is a CHECK (base/check.h).

#include <expected>
#include <string>
#include <utility>

namespace chatreports {

enum class ErrorKind {
  invalid,      // what came from outside is not acceptable; the message says what is allowed
  not_found,    // a thing that was named does not exist
  in_use,       // another process has it
  unavailable,  // works again later without anybody changing the input (disk full, too busy)
  failed,       // the machine or a file let us down
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
