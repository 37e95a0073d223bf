#pragma once
// Letters of ASCII, whatever the locale.

namespace chatreports {

constexpr char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

}  // namespace chatreports
