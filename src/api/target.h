#pragma once
// The target of a request: its path, query and version.

#include <optional>
#include <string_view>

#include "http/message.h"

namespace chatreports::api {

constexpr std::string_view version = "3.4";

// `/v3.4/reports/chats/tags?x=1`, taken apart.
struct Target {
  std::optional<std::string_view> version;  // as it stands in the path
  std::string_view path;                    // without it: "/reports/chats/tags"
  std::string_view query;
};

Target parse_target(std::string_view target);

// Returns the version that a report is asked of, in its address or in the header, if it isn't ours.
std::optional<std::string_view> other_version(const Target& target, const http::Request& request);

}  // namespace chatreports::api
