#include "app/messages.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/utf8.h"

namespace chatreports::app {

std::string printable(std::string_view text) {
  std::string answer = valid_utf8(text);
  for (char& character : answer) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x20 || byte == 0x7f) character = '?';
  }
  return answer;
}

void say(std::string_view message) {
  // Standard error may be closed: then there is nobody to tell, and that is no reason to throw.
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

Result<void> print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      const ErrorKind kind = errno == EPIPE ? ErrorKind::unavailable : ErrorKind::failed;
      return std::unexpected(Error{kind, fmt::format("cannot write to standard output: {}",
                                                     std::generic_category().message(errno))});
    }
  }
  return {};
}

int exit_printing(std::string_view text) {
  const Result<void> printed = print(text);
  return printed ? exit_ok : exit_with(printed.error());
}

}  // namespace chatreports::app
