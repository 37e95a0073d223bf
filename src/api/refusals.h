#pragma once
// The answers to requests that are refused whatever they ask.

#include <string_view>

#include "http/message.h"

namespace chatreports::api {

http::Response wrong_coding();
http::Response no_answer_now();
http::Response unknown_callers();
http::Response not_ready();
// A fault of ours, or memory that ran out: the caller learns no more.
http::Response internal_fault();

// Whether a header names this coding of content.
bool is_coding(std::string_view header, std::string_view coding);
// Gzip that still stands in the header could not be unpacked.
bool is_identity(std::string_view coding);

}  // namespace chatreports::api
