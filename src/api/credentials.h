#pragma once
// The Authorization header.

#include <optional>
#include <string>
#include <string_view>

namespace chatreports::api {

// The token in `Bearer <token>` or `Basic base64(<account id>:<token>)`; nothing in anything else.
// Whom it stands for is for others to say.
std::optional<std::string> token_in(std::string_view authorization);

}  // namespace chatreports::api
