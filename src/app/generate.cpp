#include "app/generate.h"

#include "app/messages.h"

namespace chatreports::app {

int run_generate(const generate::Options& options) {
  if (options.end - std::chrono::days(options.days) < earliest_instant) {
    say_error({ErrorKind::invalid, "--end: must be at least --days after the start of year 1"});
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
