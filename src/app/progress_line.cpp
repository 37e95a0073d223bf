#include "app/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace chatreports::app {
namespace {

constexpr std::chrono::seconds time_between_lines{5};

void write(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace

bool ProgressLine::is_terminal() {
  return ::isatty(STDERR_FILENO) == 1;
}

void ProgressLine::show(std::string_view bar, std::string_view line) {
  const Clock::time_point time = Clock::now();
  if (is_terminal_) {
    write(fmt::format("\r{}\x1b[K", bar));
    has_bar_ = true;
  } else if (time - last_line_at_ >= time_between_lines) {
    last_line_at_ = time;
    write(fmt::format("{}\n", line));
  }
}

void ProgressLine::clear() {
  if (has_bar_) write("\r\x1b[K");
  has_bar_ = false;
}

std::chrono::milliseconds ProgressLine::elapsed() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun_at_);
}

}  // namespace chatreports::app
