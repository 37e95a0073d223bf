#pragma once
// How a request is handled. The server asks once, from the head of the request; the rest of the
// program chooses one of the kinds below.

#include <compare>
#include <cstdint>
#include <functional>
#include <variant>

#include "base/byte_reader.h"
#include "http/message.h"

namespace chatreports::http {

// Identifies the owner of a request, so that owners share the threads fairly: requests that wait
// for a thread take turns by share. The numbers are opaque.
struct Share {
  std::uint64_t owner = 0;  // never gets all threads
  std::uint64_t asker = 0;  // one of the owner's; askers take turns
  auto operator<=>(const Share&) const = default;
};

// Answers at once, on a thread of the server, however busy all others are. Must not wait.
struct Inline {
  std::function<Response(const Request&)> handle;
};

// Answers on a thread of its own, in a handler slot, so it may take long. A body in gzip is
// unpacked before; a damaged one stays as it is, with its Content-Encoding.
struct InSlot {
  Share share;
  std::function<Response(const Request&)> handle;
};

// Answers when something else is done. `handle` does not wait for that: it calls `answer` once,
// from any thread, now or later. The body is as it came, with its Content-Encoding.
struct Deferred {
  std::function<void(const Request&, std::function<void(Response)> answer)> handle;
};

// Reads a body of any size as it comes, packed or not, and answers; it may answer before the body
// ends. Reading fails if the body can't come whole. Runs on a thread of its own, so it may wait.
struct Streamed {
  Share share;  // an owner never has all the places for such bodies
  std::function<Response(ByteReader& body)> handle;
};

// The answer to a request that has no right to send a body of any size. Its connection ends.
struct Rejected {
  Response response;
};

// The first three are given a request whose body has come whole. Each is called at most once.
using Admission = std::variant<Inline, InSlot, Deferred, Streamed, Rejected>;

// Each is called from several threads at once. If one throws, the connection ends without an
// answer.
struct Handlers {
  // `head` is the request without its body; the same object is handled later. Must not wait.
  std::function<Admission(const Request& head)> admit;
  // The answer to a request that the server refuses; `head` is null if it could not be read.
  std::function<Response(const Refusal&, const Request* head)> refuse;
};

}  // namespace chatreports::http
