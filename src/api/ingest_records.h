#pragma once
// POST /ingest/records: a body of records → the store, and what came of each of them.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/budget.h"
#include "base/byte_reader.h"
#include "base/error.h"
#include "chat/record.h"
#include "http/message.h"

namespace chatreports::api {

// A record that was not taken in, and why; the others were.
struct NotTakenIn {
  std::size_t record = 0;  // its place among those that were given
  std::string reason;
};
using Done = std::function<void(const Result<std::vector<NotTakenIn>>&)>;

// Gives records to whoever writes them; `done` is called once, from another thread: with a success
// once they are durable and in the next report.
using TakeIn = std::function<void(std::vector<chat::Record>, Done done)>;

// Reads the body to its end, in bounded memory, waiting for whoever writes. Answers
//   200 {"accepted":n,"refused":[{"line":…,"reason":…},…]}, and where something that was accepted
//       will count nowhere "warnings":[{"what":…,"count":…,"line":…},…]
//   400, with the same beside the error, where nothing in the body could be read
//   413, where the body is gzip and unpacks to more than the limits allow; what came before is in
//   503, where the records can't be written now, or memory is short; those before are in
// A reason that has line 0 is about the body. Not more than max_listed_refusals are listed; how
// many there are beyond stands in "refused_unlisted".
constexpr std::size_t max_listed_refusals = 1'000;

struct IngestLimits {
  std::size_t max_record_bytes;
  std::uint64_t max_unpacked_bytes;
  std::chrono::milliseconds memory_patience;
};
// Bytes that come of one byte of gzip, beyond the first megabytes.
constexpr std::uint64_t max_unpacking_ratio = 100;

// `memory` is what all bodies and webhooks that are being taken in may need together.
http::Response ingest_records(ByteReader& body, const IngestLimits& limits, Budget& memory,
                              const TakeIn& take_in);

}  // namespace chatreports::api
