#pragma once
// `chatreports export`: the facts of a licence back out, as the records that an import takes.

#include <cstdint>
#include <string>

namespace chatreports::app {

struct ExportOptions {
  std::string data_folder;
  std::int64_t license = 0;
  bool with_key = false;  // the key of the licence's digests, too
};

// NDJSON on standard output; answers the exit code, which is 0 only if all of it was written. With
// the key first, another folder takes it and goes on with the same digests. A server may have the
// folder meanwhile: what is written is of one moment.
int run_export(const ExportOptions& options);

}  // namespace chatreports::app
