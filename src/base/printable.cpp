#include "base/printable.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/utf8.h"

namespace chatreports {
namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};
constexpr std::array hidden{
    Range{0x00, 0x1F},        // C0
    Range{0x7F, 0x9F},        // DEL, C1
    Range{0xAD, 0xAD},        // soft hyphen
    Range{0x61C, 0x61C},      // Arabic letter mark
    Range{0x180E, 0x180E},    // Mongolian vowel separator
    Range{0x200B, 0x200F},    // zero width, left-to-right and right-to-left marks
    Range{0x2028, 0x202E},    // separators of lines and paragraphs, embeddings and overrides
    Range{0x2060, 0x206F},    // word joiner, invisible operators, isolates
    Range{0xFEFF, 0xFEFF},    // byte order mark
    Range{0xFFF9, 0xFFFB},    // interlinear annotations
    Range{0xE0000, 0xE0FFF},  // tags
};

bool is_hidden(std::uint32_t code_point) {
  return std::ranges::any_of(hidden, [code_point](const Range& range) {
    return range.first <= code_point && code_point <= range.last;
  });
}

// The length of a well-formed character.
std::size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xE0) return 2;
  return first < 0xF0 ? 3 : 4;
}

std::uint32_t code_point_of(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first;
  std::uint32_t code_point = first & (0xFFU >> (character.size() + 1));
  for (const char byte : character.substr(1)) {
    code_point = (code_point << 6) | (static_cast<unsigned char>(byte) & 0x3F);
  }
  return code_point;
}

}  // namespace

std::string printable(std::string_view text) {
  const std::string valid = valid_utf8(text);
  std::string answer;
  answer.reserve(valid.size());
  for (std::string_view rest = valid; !rest.empty();) {
    const std::string_view character =
        rest.substr(0, length_of(static_cast<unsigned char>(rest[0])));
    rest.remove_prefix(character.size());
    if (is_hidden(code_point_of(character))) {
      answer += '?';
    } else {
      answer += character;
    }
  }
  return answer;
}

}  // namespace chatreports
