#pragma once
// The errors of the API: the one place that has their statuses, types and form.
// Source: docs/api.md, "Errors".

#include <span>
#include <string>
#include <string_view>

#include "http/message.h"

namespace chatreports::api {

enum class ErrorType {
  authentication,       // 401
  authorization,        // 403
  validation,           // 400
  unsupported_version,  // 400
  not_found,            // 404
  not_allowed,          // 405
  request_timeout,      // 408
  entity_too_large,     // 413, of a body
  expectation_failed,   // 417
  too_many_requests,    // 429
  header_too_large,     // 431
  internal,             // 500
  not_implemented,      // 501
  service_unavailable,  // 503
  http_version,         // 505
};

// Returns {"error":{"type":…,"message":…}}. `message` may quote outside text: bytes that are not
// UTF-8 are replaced.
http::Response error_answer(ErrorType type, std::string_view message);

// Returns the text in quotation marks, cut to about 60 bytes and made UTF-8, for messages.
std::string in_quotes(std::string_view text);

// Returns "a, b or c", for messages.
std::string alternatives(std::span<const std::string_view> texts);

}  // namespace chatreports::api
