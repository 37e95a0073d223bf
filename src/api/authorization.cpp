#include "api/authorization.h"

#include <fmt/format.h>

#include <utility>

#include "api/authorization_header.h"
#include "api/errors.h"
#include "api/refusals.h"

namespace chatreports::api {
namespace {

http::Share share(LicenseId license, std::int64_t token_id) {
  return {static_cast<std::uint64_t>(license.value), static_cast<std::uint64_t>(token_id)};
}

}  // namespace

Credentials credentials_of(const Services& services, const http::Request& head) {
  Credentials credentials{token_in(head.header("Authorization")), {}};
  if (credentials.token) {
    credentials.found = services.access.find(*credentials.token, services.clock.now());
  }
  return credentials;
}

http::Share share_of(const FoundToken& token) {
  return share(token.license, token.token_id);
}

http::Share share_of(const Caller& caller) {
  return share(caller.license, caller.token_id);
}

std::expected<Caller, http::Response> authorize(Services& services, const Credentials& credentials,
                                                Scope scope, Instant now) {
  Result<std::optional<Caller>> found = std::nullopt;
  if (credentials.token) {
    found = services.access.caller(*credentials.token, credentials.found, now);
  }
  if (!found) return std::unexpected(unreadable_tokens());
  std::optional<Caller>& caller = *found;
  if (!caller) {
    return std::unexpected(error_answer(ErrorType::authentication, "Invalid access token"));
  }
  if (!caller->scopes.contains(scope)) {
    return std::unexpected(error_answer(
        ErrorType::authorization, fmt::format("The token lacks the scope {}", text_of(scope))));
  }
  if (!services.rate_limit.take(caller->token_id, now)) {
    return std::unexpected(error_answer(
        ErrorType::too_many_requests,
        fmt::format("A token may ask {} times a second", services.rate_limit.per_second())));
  }
  return *std::move(caller);
}

}  // namespace chatreports::api
