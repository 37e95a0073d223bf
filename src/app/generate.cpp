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
  Output output;
  Result<void> printed;
  generate::generate(options, [&](std::string_view lines) {
    printed = output.print(lines);
    return printed.has_value();
  });
  return output.end(printed);
}

}  // namespace chatreports::app
