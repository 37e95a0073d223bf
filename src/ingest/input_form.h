#pragma once
// Which form of data a file has, by its first bytes: packed data, and files that are not JSON at
// all.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chatreports::ingest {

// With so many bytes, or all of a smaller file, every form below is recognised.
constexpr std::size_t bytes_of_form = 4'096;

bool begins_gzip(std::string_view bytes);
bool begins_zstd(std::string_view bytes);
bool begins_zip(std::string_view bytes);  // with a member

// Returns why bytes that begin like this can't hold records, and what to do about it: "a table
// (CSV), not JSON". Returns nothing if they may hold records, even if the first line is malformed.
std::optional<std::string> why_no_json(std::string_view bytes);
// Likewise for a table.
std::optional<std::string> why_no_table(std::string_view bytes);

}  // namespace chatreports::ingest
