#pragma once
// POST /ingest/records: a body of records → the store, and what came of each of them.

#include <functional>
#include <vector>

#include "base/byte_reader.h"
#include "base/error.h"
#include "chat/record.h"
#include "http/message.h"

namespace chatreports::api {

// Gives records to whoever writes them; `done` is called once, from another thread: with a success
// once they are durable and in the next report.
using TakeIn =
    std::function<void(std::vector<chat::Record>, std::function<void(const Result<void>&)> done)>;

// Reads the body to its end, in bounded memory, waiting for whoever writes. Answers
//   200 {"accepted":n,"refused":[{"line":…,"reason":…},…]}
//   400, with the same beside the error, where nothing in the body could be read
//   503, where the records can't be written now; those before are in
// A reason that has line 0 is about the body. Not more than max_listed_refusals are listed; how
// many there are beyond stands in "refused_unlisted".
constexpr std::size_t max_listed_refusals = 1'000;
http::Response ingest_records(ByteReader& body, const TakeIn& take_in);

}  // namespace chatreports::api
