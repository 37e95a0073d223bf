#include "app/import_display.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <vector>

#include "app/messages.h"
#include "app/progress.h"
#include "app/terminal.h"

namespace chatreports::app {
namespace {

void write(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace

void ImportDisplay::show(ImportReader& reader) {
  std::string text;
  for (const std::string& line : reader.refusals().take_lines()) text += line + '\n';
  if (!text.empty()) {
    line_.clear();
    write(text);
  }
  const Progress progress{reader.bytes_read(), bytes_total_, reader.records(), elapsed(),
                          reader.is_read()};
  // A full line would move the cursor to the next one.
  const std::size_t columns = terminal_columns(STDERR_FILENO) - 1;
  line_.show(format_progress_bar(progress, columns), format_progress(progress));
}

void ImportDisplay::finish(ImportReader& reader) {
  line_.clear();
  for (const std::string& line : reader.refusals().take_lines()) write(line + '\n');
  const std::uint64_t unlisted = reader.refusals().unlisted();
  if (unlisted > 0) write(fmt::format("{} more were refused\n", unlisted));
}

int end_import(ImportReader& reader, std::string summary, std::optional<int> signal,
               std::string_view when_stopped) {
  const std::vector<Error> errors = reader.errors();
  for (const Error& error : errors) say_error(error);
  for (const std::string& warning : reader.warnings()) summary += "warning: " + warning + '\n';
  Output output;
  const Result<void> printed = output.print(summary);
  if (signal) {
    say(when_stopped);
    return 128 + *signal;
  }
  if (!printed) return output.end(printed);
  if (!errors.empty()) return exit_failed;
  return reader.refusals().count() > 0 ? exit_some_refused : exit_ok;
}

}  // namespace chatreports::app
