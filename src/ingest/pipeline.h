#pragma once
// A stream of bytes → batches of records, parsed on several threads and handed over in the order of
// the input. Memory is bounded for any size of input: batches wait for the consumer.

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
#include "ingest/parse_record.h"
#include "ingest/warnings.h"

namespace chatreports::ingest {

struct Refusal {
  std::uint64_t line = 0;  // where the record begins; counted from 1
  std::string reason;
  bool operator==(const Refusal&) const = default;
};

struct Batch {
  std::vector<chat::Record> records;         // in the order of the input
  std::vector<std::uint64_t> lines;          // where the value of each record begins
  std::vector<Refusal> refused;              // in the order of the input
  std::vector<Warning> warnings;             // about values that count nowhere; each once
  std::vector<Page> pages;                   // of List Archives, once for each
  std::vector<const Format*> formats;        // that were met, each once
  std::shared_ptr<const BudgetPart> memory;  // its share of the budget, until nobody holds this
};

struct PipelineOptions {
  unsigned threads = 2;                            // for parsing
  std::size_t batch_bytes = std::size_t{1} << 20;  // of input, about
  std::size_t max_record_bytes = std::size_t{64}
                                 << 20;  // a longer one is refused, the rest goes on
  // Input in memory counts in this budget, if there is one; borrowed. Without room the reading
  // waits, and fails with `unavailable` after `memory_patience`.
  Budget* memory = nullptr;
  std::chrono::milliseconds memory_patience{30'000};
  std::int64_t highest_rating = 1;  // of the licence; higher ratings are warned of
  const Format* format = nullptr;   // of each object that is no record of our own; null: any
};

// The error for an exception of a library while records were taken in.
Error failed_import(const std::exception& exception);

// Reads `source` to its end. Input is one object, an array, NDJSON, or pages, see
// docs/definitions/records.md. In NDJSON a malformed line costs that line only. Calls `take` from
// the calling thread, in order. Ends and returns the error if `take` fails; ends without an error
// if `stop_requested`, which is called between batches, returns true. Damaged gzip is an error
// after everything before the damage has been handed over.
Result<void> read_records(ByteSource& source, const PipelineOptions& options,
                          const std::function<Result<void>(Batch)>& take,
                          const std::function<bool()>& stop_requested);

}  // namespace chatreports::ingest
