#pragma once
// Facts about a request that is being answered: for the header X-Request-Id and the log.

#include <string>
#include <string_view>

#include "base/numbers.h"
#include "http/message.h"
#include "time/instant.h"

namespace chatreports::api {

// One thread at a time. Times are of Clock::elapsed.
struct RequestTrace {
  std::string id;              // the client's X-Request-Id, or one that was made
  std::string method{};        // empty if the head could not be read
  std::string trace_parent{};  // the client's traceparent; empty: it has sent no valid one
  Duration came{};             // when the head of the request had come
  Duration waited{};           // from then until its handler began
  Duration in_engine{};
  std::string plan{};         // of a slow report, on one line
  std::string fault{};        // of ours, which was answered with 500
  LicenseId license{};        // with token_id
  std::int64_t token_id = 0;  // 0: no token, or an unknown one
  std::string token_name{};
};

// `head` is null if it could not be read. Takes the header X-Request-Id if it has 1 to 128 visible
// characters of ASCII, else makes an id of 16 hexadecimal digits. Takes the header traceparent if
// it is as W3C's Trace Context has it.
RequestTrace trace_of(const http::Request* head, Duration came);

}  // namespace chatreports::api
