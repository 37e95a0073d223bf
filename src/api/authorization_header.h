#pragma once
// The Authorization header.

#include <optional>
#include <string>
#include <string_view>

namespace chatreports::api {

// Returns the token in `Bearer <token>` or `Basic base64(<account id>:<token>)`; nothing for
// anything else.
std::optional<std::string> token_in(std::string_view authorization);

}  // namespace chatreports::api
