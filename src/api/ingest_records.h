#pragma once
// POST /ingest/records: a body of records → the store, and an answer about each that was refused.

#include <cstddef>
#include <cstdint>

#include "api/services.h"
#include "base/byte_reader.h"
#include "http/message.h"

namespace chatreports::api {

// A refusal beyond these is only counted, in "refused_unlisted".
constexpr std::size_t max_listed_refusals = 1'000;
// The most bytes that one byte of gzip may unpack to, after the first megabytes.
constexpr std::uint64_t max_unpacking_ratio = 100;

// Reads the body to its end in bounded memory, waiting for the writer. Answers
//   200 {"accepted":n,"refused":[{"line":…,"reason":…},…]}; if something that was accepted counts
//       nowhere, also "warnings":[{"what":…,"count":…,"line":…},…]
//   400, with the same beside the error, if nothing in the body could be read
//   413 if the body is gzip and unpacks to more than the limits allow; what came before is in
//   503 if the records can't be written now, or memory is short; those before are in
// A reason with line 0 is about the body.
http::Response ingest_records(Services& services, LicenseId license, ByteReader& body);

}  // namespace chatreports::api
