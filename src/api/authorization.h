#pragma once
// Whether a request may do what it asks for: its token, the token's scope, and how often it asks.

#include <expected>
#include <optional>
#include <string>

#include "api/access.h"
#include "api/services.h"
#include "http/admission.h"
#include "http/message.h"

namespace chatreports::api {

// The token of a request's Authorization header, and what is known of it when the request comes.
struct Credentials {
  std::optional<std::string> token;
  FoundToken found;
};

// Searches the token once, from the head of the request. Never waits.
Credentials credentials_of(const Services& services, const http::Request& head);

// The share of all requests with this token; one for all unknown tokens.
http::Share share_of(const FoundToken& token);
http::Share share_of(const Caller& caller);

// Returns the caller, judged now; or the answer that refuses: 401, 403, 429, or 503 if tokens can't
// be read.
std::expected<Caller, http::Response> authorize(Services& services, const Credentials& credentials,
                                                Scope scope, Instant now);

}  // namespace chatreports::api
