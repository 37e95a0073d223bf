#include "api/errors.h"

#include "base/check.h"
#include "base/json_text.h"
#include "base/utf8.h"

namespace chatreports::api {
namespace {

struct Row {
  int status;
  std::string_view type;
};

Row row_of(ErrorType type) {
  switch (type) {
    case ErrorType::authentication:
      return {401, "authentication"};
    case ErrorType::authorization:
      return {403, "authorization"};
    case ErrorType::validation:
      return {400, "validation"};
    case ErrorType::unsupported_version:
      return {400, "unsupported_version"};
    case ErrorType::not_found:
      return {404, "not_found"};
    case ErrorType::not_allowed:
      return {405, "not_allowed"};
    case ErrorType::request_timeout:
      return {408, "request_timeout"};
    case ErrorType::entity_too_large:
      return {413, "entity_too_large"};
    case ErrorType::expectation_failed:
      return {417, "validation"};
    case ErrorType::too_many_requests:
      return {429, "too_many_requests"};
    case ErrorType::header_too_large:
      return {431, "entity_too_large"};
    case ErrorType::internal:
      return {500, "internal"};
    case ErrorType::not_implemented:
      return {501, "validation"};
    case ErrorType::http_version:
      return {505, "validation"};
    case ErrorType::service_unavailable:
      return {503, "service_unavailable"};
  }
  CHECK(false && "unknown type of error");
  return {500, "internal"};
}

}  // namespace

http::Response error_answer(ErrorType type, std::string_view message) {
  const Row row = row_of(type);
  http::Response response;
  response.status = row.status;
  response.headers.emplace_back("Content-Type", "application/json");
  if (type == ErrorType::authentication) {
    response.headers.emplace_back("WWW-Authenticate", "Bearer, Basic realm=\"chatreports\"");
  }
  if (type == ErrorType::service_unavailable || type == ErrorType::too_many_requests) {
    response.headers.emplace_back("Retry-After", "1");
  }
  response.body = R"({"error":{"type":)";
  append_json_string(response.body, row.type);
  response.body += R"(,"message":)";
  append_json_string(response.body, valid_utf8(message));
  response.body += "}}";
  return response;
}

std::string in_quotes(std::string_view text) {
  return "\"" + shortened(text, 60) + "\"";
}

std::string alternatives(std::span<const std::string_view> texts) {
  std::string list;
  for (std::size_t at = 0; at < texts.size(); ++at) {
    if (at > 0) list += at + 1 == texts.size() ? " or " : ", ";
    list += texts[at];
  }
  return list;
}

}  // namespace chatreports::api
