#pragma once
// Makes input valid UTF-8 for messages.

#include <string>
#include <string_view>

namespace chatreports {

// Replaces each byte that is not part of well-formed UTF-8 by "?".
std::string valid_utf8(std::string_view text);

// Returns at most that many bytes of the text as valid UTF-8, cut between characters. "…" follows
// if something was cut.
std::string shortened(std::string_view text, std::size_t max_bytes);

}  // namespace chatreports
