#pragma once
// The target of a request: its path, query and version.

#include <optional>
#include <string_view>

namespace chatreports::api {

// `/v3.4/reports/chats/tags?x=1`, taken apart. The addresses of our own additions begin with /v1/,
// which is no version of the API and stays in the path.
struct Target {
  std::optional<std::string_view> version;  // as it stands in the path
  std::string_view path;                    // without it: "/reports/chats/tags"
  std::string_view query;
};

Target parse_target(std::string_view target);

}  // namespace chatreports::api
