#include "api/cors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace chatreports::api {
namespace {

constexpr std::size_t most_header_bytes = 1'024;

// Returns whether the text is a list of names of headers, as RFC 9110 has them (5.6.1, 5.6.2).
bool is_list_of_names(std::string_view text) {
  constexpr std::string_view of_tokens =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  bool has_name = false;
  while (!text.empty()) {
    const std::string_view name = http::next_part(text, ',');
    if (name.find_first_not_of(of_tokens) != name.npos) return false;
    has_name = has_name || !name.empty();
  }
  return has_name;
}

}  // namespace

bool Cors::is_allowed(std::string_view origin) const {
  return !origin.empty() && std::ranges::any_of(origins_, [origin](const std::string& allowed) {
    return allowed == "*" || allowed == origin;
  });
}

bool Cors::is_preflight(const http::Request& request) const {
  return request.method == "OPTIONS" && is_allowed(request.header("Origin"));
}

http::Response Cors::preflight_answer(const http::Request& request,
                                      std::span<const std::string_view> methods) {
  std::string_view headers = request.header("Access-Control-Request-Headers");
  if (headers.size() > most_header_bytes || !is_list_of_names(headers)) {
    headers = "Authorization, Content-Type, If-None-Match, X-API-Version";
  }
  return {204,
          {{"Access-Control-Allow-Methods", fmt::format("{}", fmt::join(methods, ", "))},
           {"Access-Control-Allow-Headers", std::string(headers)},
           {"Access-Control-Max-Age", "86400"}},
          ""};
}

void Cors::add_headers(const http::Request& request, http::Response& response) const {
  if (origins_.empty()) return;
  const std::string_view origin = request.header("Origin");
  if (is_allowed(origin)) {
    response.headers.emplace_back("Access-Control-Allow-Origin", origin);
    response.headers.emplace_back("Access-Control-Expose-Headers",
                                  "ETag, Retry-After, X-Request-Id");
  }
  // The answer depends on the origin, so a cache on the way must not give it to another one.
  response.headers.emplace_back("Vary", "Origin");
}

}  // namespace chatreports::api
