#include "app/generate.h"

#include "app/messages.h"

namespace chatreports::app {

int run_generate(const generate::Options& options) {
  constexpr std::int64_t microseconds_per_day = 86'400 * microseconds_per_second;
  if (options.end.microseconds - options.days * microseconds_per_day <
      earliest_instant.microseconds) {
    say_error({ErrorKind::invalid, "--end: so many days before it there is no year any more"});
    return exit_wrong_usage;
  }
  Result<void> printed;
  generate::generate(options, [&printed](std::string_view lines) {
    printed = print(lines);
    return printed.has_value();
  });
  // A reader that goes away has seen enough.
  if (!printed && printed.error().kind != ErrorKind::unavailable) return exit_with(printed.error());
  return exit_ok;
}

}  // namespace chatreports::app
