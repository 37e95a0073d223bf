#pragma once
// Hosts and ports in the Host field and in targets such as http://host:8080/path.

#include <optional>
#include <string>
#include <string_view>

namespace chatreports::http {

// Returns whether the text is a host with or without a port: RFC 3986, section 3.2, but no user
// information.
bool is_authority(std::string_view text);

struct AbsoluteTarget {
  std::string authority;
  std::string path;  // with its query; empty, or begins with `/`
};

// Splits `http://…` and `https://…`; returns nothing for any other target.
std::optional<AbsoluteTarget> split_absolute_target(std::string_view target);

}  // namespace chatreports::http
