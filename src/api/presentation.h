#pragma once
// How an answer is presented: its format, and by which value of the chats it is grouped.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/parameter_reader.h"
#include "http/message.h"
#include "report/figure.h"

namespace chatreports::api {

enum class Format : std::uint8_t {
  json,   // as the API text has it
  rows,   // a JSON array of flat rows
  csv,    // the same rows
  table,  // for a terminal
};

// Returns the names of all formats.
std::vector<std::string_view> format_names();

std::string_view media_type_of(Format format);

// Returns whether the request's Accept header prefers CSV to JSON.
bool prefers_csv(const http::Request& request);

struct Presentation {
  Format format = Format::json;
  bool has_names = false;  // of agents and groups; never with Format::json
  std::optional<report::Dimension> group_by = std::nullopt;
};

// Reads `format`, `names` and, if there are groupings, `group_by`. Without groupings, `why_none`
// returns the error for a request that has a `group_by`; if it is null, the key is unknown. A
// request without a `format` gets the format `otherwise`.
Presentation read_presentation(ParameterReader& request, Format otherwise,
                               std::span<const report::Dimension> groupings,
                               const std::function<std::string()>& why_none);

// Returns a JSON answer that no cache on the way may keep.
http::Response uncached_json(int status, std::string body);

}  // namespace chatreports::api
