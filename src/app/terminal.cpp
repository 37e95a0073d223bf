#include "app/terminal.h"

#include <sys/ioctl.h>

#include <cstdlib>

#include "app/arguments.h"

namespace chatreports::app {
namespace {

constexpr std::size_t usual_columns = 80;
constexpr std::size_t most_columns = 10'000;

}  // namespace

std::size_t terminal_columns(int descriptor) {
  if (const char* const given = std::getenv("COLUMNS"); given != nullptr) {
    if (const auto columns = parse_whole_number(given, 1, most_columns)) return *columns;
  }
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return usual_columns;
}

}  // namespace chatreports::app
