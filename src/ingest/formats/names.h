#pragma once
// The formats by their names, for those who do not read JSON.

#include <string_view>
#include <vector>

namespace chatreports::ingest {

struct Format;  // ingest/formats/format.h

std::vector<std::string_view> format_names();
// Returns null if there is none.
const Format* find_format(std::string_view name);
std::string_view title_of(const Format& format);
std::string_view lacks_of(const Format& format);

}  // namespace chatreports::ingest
