#pragma once
// `chatreports export`: the facts of a licence back out, as the records that an import takes.

#include <cstdint>
#include <string>

namespace chatreports::app {

struct ExportOptions {
  std::string data_folder;
  std::int64_t license = 0;
};

// NDJSON on standard output; answers the exit code. A server may have the folder meanwhile: what is
// written is of one moment.
int run_export(const ExportOptions& options);

}  // namespace chatreports::app
