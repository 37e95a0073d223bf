#include "base/json_text.h"

#include <fmt/format.h>

#include <iterator>

namespace chatreports {

void append_json_string(std::string& json, std::string_view text) {
  json += '"';
  for (const char character : text) {
    if (character == '"' || character == '\\') {
      json += '\\';
      json += character;
    } else if (static_cast<unsigned char>(character) < 0x20) {
      fmt::format_to(std::back_inserter(json), "\\u{:04x}", static_cast<unsigned>(character));
    } else {
      json += character;
    }
  }
  json += '"';
}

}  // namespace chatreports
