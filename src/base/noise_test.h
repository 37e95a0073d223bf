#pragma once
// Bytes for tests that pack badly, the same each time.

#include <cstddef>
#include <cstdint>
#include <string>

namespace chatreports {

inline std::string noise(std::size_t length) {
  std::string text(length, '\0');
  std::uint64_t state = 88'172'645'463'325'252ULL;
  for (char& byte : text) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    byte = static_cast<char>(state);
  }
  return text;
}

}  // namespace chatreports
