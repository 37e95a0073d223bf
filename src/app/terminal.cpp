#include "app/terminal.h"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "app/arguments.h"

namespace chatreports::app {
namespace {

constexpr std::size_t usual_columns = 80;
constexpr std::size_t most_columns = 10'000;
constexpr std::size_t most_bytes_of_line = 4'096;

// Gives the terminal its settings back.
class TerminalSettings {
 public:
  TerminalSettings() : are_known_(::tcgetattr(STDIN_FILENO, &before_) == 0) {}
  ~TerminalSettings() {
    if (are_known_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }
  TerminalSettings(const TerminalSettings&) = delete;
  TerminalSettings& operator=(const TerminalSettings&) = delete;

  // Each byte is read when its key is pressed, and shown by nobody; Ctrl-C is a byte, so that it
  // can't end the process with these settings.
  void take_keys() const {
    termios settings = before_;
    settings.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &settings);
  }

 private:
  termios before_{};
  const bool are_known_;
};

}  // namespace

std::size_t terminal_columns(int descriptor) {
  if (const char* const given = std::getenv("COLUMNS"); given != nullptr) {
    if (const auto columns = parse_whole_number(given, 1, most_columns)) return *columns;
  }
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return usual_columns;
}

Result<std::string> ask_terminal(const std::string& question, Echo echo) {
  constexpr char interrupt = 3;
  constexpr char end_of_input = 4;
  constexpr char backspace = '\b';
  constexpr char erase = 127;
  const TerminalSettings settings;
  settings.take_keys();
  std::fputs(question.c_str(), stderr);
  std::string line;
  for (char key = 0;;) {
    const bool is_read = ::read(STDIN_FILENO, &key, 1) == 1;
    if (!is_read || key == interrupt || (key == end_of_input && line.empty())) {
      std::fputc('\n', stderr);
      return failed("nothing was given");
    }
    if (key == '\n' || key == '\r') {
      std::fputc('\n', stderr);
      return line;
    }
    if (key == backspace || key == erase) {
      if (line.empty()) continue;
      line.pop_back();
      if (echo == Echo::shown) std::fputs("\b \b", stderr);
    } else if (line.size() < most_bytes_of_line) {
      line += key;
      if (echo == Echo::shown) std::fputc(key, stderr);
    }
  }
}

}  // namespace chatreports::app
