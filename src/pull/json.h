#pragma once
// Texts of requests and files, as JSON.

#include <string>
#include <string_view>

#include "base/json_text.h"
#include "base/utf8.h"

namespace chatreports::pull {

// Returns the text as a JSON string. What is not UTF-8 in it is replaced.
inline std::string as_json(std::string_view text) {
  std::string json;
  append_json_string(json, valid_utf8(text));
  return json;
}

}  // namespace chatreports::pull
