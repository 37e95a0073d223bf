#pragma once
// Answers that any request may get, whatever it asks for.

#include <optional>
#include <string_view>

#include "api/intake.h"
#include "http/message.h"

namespace chatreports::api {

http::Response wrong_coding();
http::Response packed_webhook();
http::Response no_answer_now();
http::Response unreadable_tokens();
http::Response unreadable_team();
http::Response unreadable_thread();
http::Response not_ready();
http::Response damaged_records();
// Says in a header of the answer that damaged records are left out, if they are.
void warn_of_damage(Wholeness wholeness, http::Response& response);
// Our fault, or memory ran out. The caller learns no more.
http::Response internal_fault();
http::Response refused_by_server(const http::Refusal& refusal);
// Returns the answer to a request whose headers contradict each other; nothing if they don't.
std::optional<http::Response> contradiction_in(const http::Request& head);
// For addresses that take no query string, and a body only with POST: refuses others, so that
// nothing that is given is ignored.
std::optional<http::Response> unexpected_input(const http::Request& request);

// Returns whether a Content-Encoding header names this coding.
bool is_coding(std::string_view header, std::string_view coding);
// Returns whether a body is not encoded. The server has removed the header of a gzip body that it
// has unpacked, so gzip that is still named could not be unpacked.
bool is_identity(std::string_view coding);

}  // namespace chatreports::api
