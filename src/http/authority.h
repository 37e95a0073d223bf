#pragma once
// Hosts and ports, as they stand in `Host` and in a target such as http://host:8080/path.

#include <optional>
#include <string>
#include <string_view>

namespace chatreports::http {

// Whether the text is a host and perhaps a port: RFC 3986, section 3.2, without user information.
bool is_authority(std::string_view text);

struct AbsoluteTarget {
  std::string authority;
  std::string path;  // with its query; empty, or begins with `/`
};

// Takes `http://…` and `https://…` apart; nothing where it is neither.
std::optional<AbsoluteTarget> split_absolute_target(std::string_view target);

}  // namespace chatreports::http
