#pragma once
// Text that came from outside, as a terminal or a log may show it.

#include <string>
#include <string_view>

namespace chatreports {

// The text as valid UTF-8 on one line. "?" stands for each byte that is not part of it, and for
// each character that could steer a terminal or change how the rest looks: controls (C0, DEL, C1),
// line and paragraph separators, direction marks, and characters without width.
std::string printable(std::string_view text);

}  // namespace chatreports
