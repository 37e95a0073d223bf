#pragma once
// The output of the commands: answers on standard output, errors on standard error.

#include <string>
#include <string_view>

#include "base/error.h"

namespace chatreports::app {

// The exit codes that scripts rely on. A command that was ended by a signal answers 128 and its
// number.
constexpr int exit_ok = 0;
constexpr int exit_failed = 1;
constexpr int exit_wrong_usage = 2;
constexpr int exit_some_refused = 3;

// `chatreports: <message>` on standard error.
void say(std::string_view message);
void say_error(const Error& error);

// say_error, and the exit code of a command that failed.
int exit_with(const Error& error);

// Standard output.
class Output {
 public:
  // All of the text. The error may be that the reader has gone away, as `head` does.
  Result<void> print(std::string_view text);

  // The exit code of a command that ends with this result. If the reader of the output has gone
  // away, the command ends without a message, with the code of the signal that would otherwise end
  // it: 128 + SIGPIPE. All other errors are printed on standard error.
  int end(const Result<void>& done) const;

 private:
  bool is_reader_gone_ = false;
};

// Prints the text as the last thing that a command does: its exit code.
int exit_printing(std::string_view text);

}  // namespace chatreports::app
