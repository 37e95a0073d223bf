#pragma once
// Text that came from outside and goes into messages.

#include <string>
#include <string_view>

namespace chatreports {

// The text with each byte that is not part of well-formed UTF-8 replaced by "?".
std::string valid_utf8(std::string_view text);

// At most that many bytes of the text, cut between characters, with "…" after it where something
// was cut, as valid UTF-8.
std::string shortened(std::string_view text, std::size_t max_bytes);

}  // namespace chatreports
