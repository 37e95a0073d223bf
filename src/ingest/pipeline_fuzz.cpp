// Any bytes, plain or as gzip, through read_records: neither the size of batches nor the number of
// threads changes what comes out.

#include <cstdint>
#include <optional>
#include <span>

#include "base/check.h"
#include "ingest/pipeline.h"

namespace {

using chatreports::Error;
using chatreports::Result;
using namespace chatreports::ingest;

struct Outcome {
  std::vector<chatreports::chat::Record> records;
  std::vector<Refusal> refused;
  std::optional<Error> error;
  bool operator==(const Outcome&) const = default;
};

Outcome outcome_of(std::span<const char> bytes, const PipelineOptions& options) {
  Outcome outcome;
  const auto source = open_memory(bytes);
  const auto take = [&](Batch batch) -> Result<void> {
    std::move(batch.records.begin(), batch.records.end(), std::back_inserter(outcome.records));
    std::move(batch.refused.begin(), batch.refused.end(), std::back_inserter(outcome.refused));
    return {};
  };
  const auto read = read_records(*source, options, take, [] { return false; });
  if (!read) outcome.error = read.error();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t batch_bytes = 16 + data[0] % 64;
  const std::size_t max_record_bytes = data[1] < 128 ? std::size_t{1} << 20 : data[1] - 120U;
  const std::span bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Outcome whole = outcome_of(bytes, {1, std::size_t{1} << 20, max_record_bytes});
  CHECK(outcome_of(bytes, {1, batch_bytes, max_record_bytes}) == whole);
  CHECK(outcome_of(bytes, {2, batch_bytes, max_record_bytes}) == whole);
  for (std::size_t i = 1; i < whole.refused.size(); ++i) CHECK(whole.refused[i].line > 0);
  return 0;
}
