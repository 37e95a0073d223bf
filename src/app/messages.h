#pragma once
// What the commands say: answers on standard output, what went wrong on standard error.

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

// The text as it can be shown: valid UTF-8 without control characters, so that nothing that stands
// in a file can steer a terminal.
std::string printable(std::string_view text);

// `chatreports: <message>` on standard error.
void say(std::string_view message);
void say_error(const Error& error);

// say_error, and the exit code of a command that failed.
int exit_with(const Error& error);

// All of the text on standard output. The error is `unavailable` where nobody reads it any more.
Result<void> print(std::string_view text);

// The same, as the last thing that a command does: its exit code.
int exit_printing(std::string_view text);

}  // namespace chatreports::app
