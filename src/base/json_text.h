#pragma once
// Writes text as JSON.

#include <string>
#include <string_view>

namespace chatreports {

// Appends the text as a JSON string. It must be UTF-8.
void append_json_string(std::string& json, std::string_view text);

}  // namespace chatreports
