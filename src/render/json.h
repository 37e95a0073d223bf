#pragma once
// Report → JSON text, in the order of its entries, without white space.

#include <string>
#include <string_view>

#include "report/report.h"

namespace chatreports::render {

std::string to_json(const report::Report& report);

// Appends the text as a JSON string. It must be UTF-8.
void append_json_string(std::string& json, std::string_view text);

}  // namespace chatreports::render
