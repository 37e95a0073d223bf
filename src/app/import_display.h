#pragma once
// The display of an import while it runs, and at its end.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/import_reader.h"
#include "app/progress_line.h"

namespace chatreports::app {

// Writes refusals to standard error as they come, and the progress: a bar on a terminal, else a
// line now and then.
class ImportDisplay {
 public:
  // `bytes_total` is the size of all files; 0 if it is not known.
  explicit ImportDisplay(std::uint64_t bytes_total) : bytes_total_(bytes_total) {}

  void show(ImportReader& reader);
  // Removes the bar, and lists the last refusals.
  void finish(ImportReader& reader);
  std::chrono::milliseconds elapsed() const { return line_.elapsed(); }

 private:
  const std::uint64_t bytes_total_;
  ProgressLine line_;
};

// Prints the errors, the summary and the warnings. `when_stopped` is the error after the signal.
// Returns the exit code.
int end_import(ImportReader& reader, std::string summary, std::optional<int> signal,
               std::string_view when_stopped);

}  // namespace chatreports::app
