#include "app/messages.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <system_error>

#include "base/printable.h"

namespace chatreports::app {

void say(std::string_view message) {
  // Standard error may be closed, which is no reason to throw.
  const std::string line = fmt::format("chatreports: {}\n", printable(message));
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void say_error(const Error& error) {
  say(error.message);
}

int exit_with(const Error& error) {
  say_error(error);
  return exit_failed;
}

Result<void> Output::print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      is_reader_gone_ = errno == EPIPE;
      return failed(fmt::format("cannot write to standard output: {}",
                                std::generic_category().message(errno)));
    }
  }
  return {};
}

int Output::end(const Result<void>& done) const {
  if (done) return exit_ok;
  return is_reader_gone_ ? 128 + SIGPIPE : exit_with(done.error());
}

int exit_printing(std::string_view text) {
  Output output;
  return output.end(output.print(text));
}

}  // namespace chatreports::app
