#pragma once
// The progress of a command on standard error: a bar on a terminal, else a line every five seconds.

#include <chrono>
#include <string>
#include <string_view>

namespace chatreports::app {

// One thread.
class ProgressLine {
 public:
  ProgressLine() = default;
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // Shows `bar` on a terminal, in place of the bar before; else shows `line` if it is time for one.
  void show(std::string_view bar, std::string_view line);
  // Removes the bar. Call before other output.
  void clear();
  // Since it was made.
  std::chrono::milliseconds elapsed() const;

 private:
  using Clock = std::chrono::steady_clock;

  const Clock::time_point begun_at_ = Clock::now();
  const bool is_terminal_ = is_terminal();
  Clock::time_point last_line_at_ = begun_at_;
  bool has_bar_ = false;

  static bool is_terminal();
};

}  // namespace chatreports::app
