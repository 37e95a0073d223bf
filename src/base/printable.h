#pragma once
// Makes input safe to show on a terminal or in a log.

#include <string>
#include <string_view>

namespace chatreports {

// Returns the text as valid UTF-8 on one line. "?" replaces each byte that is not UTF-8, and each
// character that could control a terminal or change how the rest looks: controls (C0, DEL, C1),
// line and paragraph separators, direction marks, and characters without width.
std::string printable(std::string_view text);

}  // namespace chatreports
