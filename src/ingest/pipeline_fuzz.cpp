// For any bytes, plain or as gzip, the result depends neither on the size of batches nor on the
// number of threads. Threads start slowly, so most inputs go through the splitter alone.

#include <cstdint>
#include <optional>
#include <span>

#include "base/check.h"
#include "ingest/pipeline.h"
#include "ingest/splitter.h"

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

struct Piece {
  UnitKind kind = UnitKind::in_buffer;
  std::uint64_t line = 0;
  std::uint64_t index = 0;
  std::string text;
  bool operator==(const Piece&) const = default;
};

std::vector<Piece> pieces_of(std::span<const char> bytes, std::size_t batch_bytes,
                             std::size_t max_record_bytes) {
  std::vector<Piece> pieces;
  const auto source = open_memory(bytes);
  Splitter splitter(*source, batch_bytes, max_record_bytes);
  while (!splitter.finished()) {
    const UnitBatch batch = splitter.next();
    for (const Unit& unit : batch.units) {
      const bool in_buffer = unit.kind == UnitKind::in_buffer;
      if (in_buffer) CHECK(unit.length > 0 && unit.length <= max_record_bytes);
      pieces.push_back({unit.kind, unit.line, unit.index,
                        in_buffer ? batch.bytes.substr(unit.offset, unit.length) : unit.text});
    }
  }
  return pieces;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t batch_bytes = 16 + data[0] % 64;
  const std::size_t max_record_bytes = data[1] < 128 ? std::size_t{1} << 20 : data[1] - 120U;
  const std::span bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  constexpr std::size_t one_batch = std::size_t{1} << 14;  // small, for speed
  CHECK(pieces_of(bytes, batch_bytes, max_record_bytes) ==
        pieces_of(bytes, one_batch, max_record_bytes));
  if (data[0] < 250) return 0;
  const Outcome whole = outcome_of(bytes, {1, one_batch, max_record_bytes});
  CHECK(outcome_of(bytes, {1, batch_bytes, max_record_bytes}) == whole);
  CHECK(outcome_of(bytes, {2, batch_bytes, max_record_bytes}) == whole);
  return 0;
}
