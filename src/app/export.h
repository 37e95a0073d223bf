#pragma once
// `chatreports export`: the facts of a licence, as records that an import takes.

#include <cstdint>
#include <string>

namespace chatreports::app {

struct ExportOptions {
  std::string data_folder;
  std::int64_t license = 0;
  bool with_key = false;  // also export the key of the licence's digests
};

// Writes NDJSON to standard output. Returns the exit code, which is 0 only if everything was
// written. A folder that imports the key, which comes first, goes on with the same digests. A
// server may use the folder meanwhile: the export is of one moment.
int run_export(const ExportOptions& options);

}  // namespace chatreports::app
