#include "api/cors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace chatreports::api {

bool Cors::is_allowed(std::string_view origin) const {
  return !origin.empty() && std::ranges::any_of(origins_, [origin](const std::string& allowed) {
    return allowed == "*" || allowed == origin;
  });
}

bool Cors::is_preflight(const http::Request& request) const {
  return request.method == "OPTIONS" && is_allowed(request.header("Origin"));
}

http::Response Cors::preflight_answer(std::span<const std::string_view> methods) {
  return {204,
          {{"Access-Control-Allow-Methods", fmt::format("{}", fmt::join(methods, ", "))},
           {"Access-Control-Allow-Headers",
            "Authorization, Content-Type, If-None-Match, X-API-Version"},
           {"Access-Control-Max-Age", "86400"}},
          ""};
}

void Cors::add_headers(const http::Request& request, http::Response& response) const {
  if (origins_.empty()) return;
  const std::string_view origin = request.header("Origin");
  if (is_allowed(origin)) {
    response.headers.emplace_back("Access-Control-Allow-Origin", origin);
    response.headers.emplace_back("Access-Control-Expose-Headers", "ETag, Retry-After");
  }
  // The answer depends on the origin, so a cache on the way must not give it to another one.
  response.headers.emplace_back("Vary", "Origin");
}

}  // namespace chatreports::api
