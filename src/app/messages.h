#pragma once
// The output of commands: answers on standard output, errors on standard error.

#include <string>
#include <string_view>

#include "base/error.h"

namespace chatreports::app {

// The exit codes that scripts rely on. A command that a signal ends exits with 128 and its number.
constexpr int exit_ok = 0;
constexpr int exit_failed = 1;
constexpr int exit_wrong_usage = 2;
constexpr int exit_some_refused = 3;

// Writes `chatreports: <message>` to standard error.
void say(std::string_view message);
void say_error(const Error& error);

// Writes the error, and returns the exit code of a command that failed.
int exit_with(const Error& error);

// Standard output.
class Output {
 public:
  // Writes all of the text. Fails if the reader has gone away, as `head` does.
  Result<void> print(std::string_view text);

  // Returns the exit code of a command that ends with this result, and writes an error to standard
  // error. If the reader of the output has gone away, writes nothing, and returns the code of the
  // signal that would have ended the command: 128 + SIGPIPE.
  int end(const Result<void>& done) const;

 private:
  bool is_reader_gone_ = false;
};

// Prints the last text of a command. Returns its exit code.
int exit_printing(std::string_view text);

}  // namespace chatreports::app
