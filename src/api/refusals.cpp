#include "api/refusals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "api/errors.h"
#include "api/target.h"

namespace chatreports::api {
namespace {

constexpr std::string_view our_fault = "Something went wrong on our side";

}  // namespace

http::Response internal_fault() {
  return error_answer(ErrorType::internal, our_fault);
}

http::Response wrong_coding() {
  return error_answer(ErrorType::validation,
                      "Content-Encoding: must be gzip, whole and undamaged, or identity");
}

http::Response packed_webhook() {
  return error_answer(ErrorType::validation, "Content-Encoding: must be identity for a webhook");
}

std::optional<http::Response> contradiction_in(const http::Request& head) {
  for (const std::string_view name : {"Authorization", "X-API-Version"}) {
    const std::string_view first = head.header(name);
    for (const auto& [other, value] : head.headers) {
      if (value == first || !http::is_same_word(other, name)) continue;
      return error_answer(ErrorType::validation,
                          fmt::format("The header {} is given twice, with different values", name));
    }
  }
  return std::nullopt;
}

http::Response no_answer_now() {
  return error_answer(ErrorType::service_unavailable,
                      "Reports can't be answered right now; try again later");
}

http::Response unreadable_tokens() {
  return error_answer(ErrorType::service_unavailable,
                      "Access tokens can't be read right now; see the server's log");
}

http::Response unreadable_team() {
  return error_answer(ErrorType::service_unavailable,
                      "The agents and groups can't be read; see the server's log");
}

http::Response unreadable_thread() {
  return error_answer(ErrorType::service_unavailable,
                      "The thread can't be read; see the server's log");
}

http::Response damaged_records() {
  return error_answer(ErrorType::service_unavailable,
                      "Records of this licence are damaged; see the server's log");
}

void warn_of_damage(Wholeness wholeness, http::Response& response) {
  if (wholeness != Wholeness::damaged_but_allowed) return;
  response.headers.emplace_back("Warning", "199 - \"damaged records are left out\"");
}

http::Response not_ready() {
  return error_answer(ErrorType::service_unavailable, "The data folder is still being read");
}

bool is_coding(std::string_view header, std::string_view coding) {
  return std::ranges::equal(header, coding, [](unsigned char left, unsigned char right) {
    return std::tolower(left) == right;
  });
}

bool is_identity(std::string_view coding) {
  return coding.empty() || is_coding(coding, "identity");
}

http::Response refused_by_server(const http::Refusal& refusal) {
  const auto answer = [&refusal](ErrorType type, std::string_view message) {
    if (refusal.reason.empty()) return error_answer(type, message);
    return error_answer(type, fmt::format("{}: {}", message, refusal.reason));
  };
  switch (refusal.status) {
    case 400:
      return answer(ErrorType::validation, "Not an HTTP/1.1 request that can be understood");
    case 408:
      return answer(ErrorType::request_timeout, "The request did not arrive in time");
    case 413:
      return answer(ErrorType::entity_too_large,
                    fmt::format("The body may have at most {} bytes", refusal.limit));
    case 417:
      return answer(ErrorType::expectation_failed, "The expectation can't be met");
    case 431:
      return answer(ErrorType::header_too_large,
                    refusal.limit == 0
                        ? "The header is too large"
                        : fmt::format("The header may have at most {} bytes", refusal.limit));
    case 501:
      return answer(ErrorType::not_implemented, "This is not supported");
    case 503:
      return answer(ErrorType::service_unavailable, "Too busy; try again later");
    case 505:
      return answer(ErrorType::http_version, "This version of HTTP is not supported");
    default:
      return answer(ErrorType::internal, our_fault);
  }
}

std::optional<http::Response> unexpected_input(const http::Request& request) {
  if (!parse_target(request.target).query.empty()) {
    return error_answer(ErrorType::validation, "query string: this address takes none");
  }
  if (request.method != "POST" && !request.body.empty()) {
    return error_answer(ErrorType::validation, fmt::format("body: {} takes none", request.method));
  }
  return std::nullopt;
}

}  // namespace chatreports::api
