#pragma once
// A stream of bytes → batches of records, parsed on several threads, handed over in the order of
// the input. Memory is bounded whatever the size of the input: batches wait for the consumer.

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/budget.h"
#include "base/error.h"
#include "chat/record.h"
#include "ingest/byte_source.h"
#include "ingest/warnings.h"

namespace chatreports::ingest {

struct Refusal {
  std::uint64_t line = 0;  // counted from 1: where the record begins
  std::string reason;
  bool operator==(const Refusal&) const = default;
};

struct Batch {
  std::vector<chat::Record> records;         // in the order of the input
  std::vector<std::uint64_t> lines;          // of each record: where its value begins
  std::vector<Refusal> refused;              // in the order of the input
  std::vector<Warning> warnings;             // what counts nowhere; each once
  std::shared_ptr<const BudgetPart> memory;  // what it takes, given back when nobody holds this
};

struct PipelineOptions {
  unsigned threads = 2;                            // that parse
  std::size_t batch_bytes = std::size_t{1} << 20;  // of input, about
  std::size_t max_record_bytes = std::size_t{64}
                                 << 20;  // a longer one is refused, the rest goes on
  // Input that is read and not yet given back counts here, if there is one; borrowed. Without room
  // the reading waits, and fails with `unavailable` after `memory_patience`.
  Budget* memory = nullptr;
  std::chrono::milliseconds memory_patience{30'000};
};

// What a library threw while records were taken in, as an error.
Error failed_import(const std::exception& exception);

// Reads `source` to its end. Input is one object, an array, NDJSON, or pages, see
// docs/definitions/records.md. In NDJSON a broken line costs that line only. `take` is called
// from the calling thread, in order; an error from it, or a stop asked for through `stop_requested`
// (looked at between batches), ends the reading, and that error (none for a stop) is answered.
// Damaged gzip ends it with an error after everything before the damage has been handed over.
Result<void> read_records(ByteSource& source, const PipelineOptions& options,
                          const std::function<Result<void>(Batch)>& take,
                          const std::function<bool()>& stop_requested);

}  // namespace chatreports::ingest
