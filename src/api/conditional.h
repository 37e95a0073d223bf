#pragma once
// Conditional requests: a client that has an answer asks whether it still holds (RFC 9110, 13).

#include <string_view>

#include "http/message.h"

namespace chatreports::api {

// Returns whether an If-None-Match header names the tag; a malformed one names none. Tags are
// compared weakly (RFC 9110, 8.8.3.2), because an answer may be packed or not.
bool names_tag(std::string_view if_none_match, std::string_view entity_tag);

// Adds the tag of the body to the response of a GET. Returns whether the client has that body
// already: then the response is 304, and needs no more.
bool is_at_client(const http::Request& request, std::string_view body, http::Response& response);

}  // namespace chatreports::api
