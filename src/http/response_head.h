#pragma once
// The head of an answer, as bytes.

#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.h"

namespace chatreports::http {

// Returns a time as `Sun, 06 Nov 1994 08:49:37 GMT`: RFC 9110, section 5.6.7.
std::string imf_fixdate(std::int64_t unix_seconds);

struct ResponseFrame {
  bool is_http_1_1 = true;  // of the request; else HTTP/1.0
  bool keep_alive = true;
  std::string_view date = {};  // empty: the server has no clock
};

// Returns the status line, all fields and the empty line. Adds Content-Length, Connection and Date.
std::string response_head(const Response& response, const ResponseFrame& frame);

// Returns whether the status allows a body: 1xx, 204 and 304 don't.
bool may_have_body(int status);

}  // namespace chatreports::http
