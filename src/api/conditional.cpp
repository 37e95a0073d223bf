#include "api/conditional.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <string>

namespace chatreports::api {
namespace {

std::string entity_tag_of(std::string_view body) {
  const XXH128_hash_t hash = XXH3_128bits(body.data(), body.size());
  return fmt::format("W/\"{:016x}{:016x}\"", hash.high64, hash.low64);
}

}  // namespace

// A list as in RFC 9110, 5.6.1: elements are separated by commas and may be empty.
bool names_tag(std::string_view if_none_match, std::string_view entity_tag) {
  if (if_none_match == "*") return true;
  const std::string_view opaque = entity_tag.substr(entity_tag.find('"'));
  const auto skip = [&if_none_match](std::string_view bytes) {
    if_none_match.remove_prefix(
        std::min(if_none_match.find_first_not_of(bytes), if_none_match.size()));
  };
  bool is_named = false;
  for (skip(" \t,"); !if_none_match.empty(); skip(" \t,")) {
    if (if_none_match.starts_with("W/")) if_none_match.remove_prefix(2);
    const std::size_t end =
        if_none_match.starts_with('"') ? if_none_match.find('"', 1) : std::string_view::npos;
    if (end == if_none_match.npos) return false;
    is_named = is_named || if_none_match.substr(0, end + 1) == opaque;
    if_none_match.remove_prefix(end + 1);
    skip(" \t");
    if (!if_none_match.empty() && if_none_match.front() != ',') return false;
  }
  return is_named;
}

bool is_at_client(const http::Request& request, std::string_view body, http::Response& response) {
  std::string tag = entity_tag_of(body);
  const bool is_there = names_tag(request.header("If-None-Match"), tag);
  response.headers.emplace_back("ETag", std::move(tag));
  response.headers.emplace_back("Cache-Control", "private, no-cache");
  if (is_there) response.status = 304;
  return is_there;
}

}  // namespace chatreports::api
