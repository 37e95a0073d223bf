#pragma once
// Bytes as hexadecimal digits, in lower case.

#include <string>
#include <string_view>

namespace chatreports {

inline constexpr std::string_view hex_digits = "0123456789abcdef";

template <class Bytes>
void append_hex(std::string& text, const Bytes& bytes) {
  for (const unsigned char byte : bytes) {
    text += hex_digits[byte >> 4U];
    text += hex_digits[byte & 15U];
  }
}

}  // namespace chatreports
