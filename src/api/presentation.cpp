#include "api/presentation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "api/errors.h"
#include "base/names.h"
#include "http/message.h"

namespace chatreports::api {
namespace {

constexpr std::array<Name<Format>, 4> formats = {{{"json", Format::json},
                                                  {"rows", Format::rows},
                                                  {"csv", Format::csv},
                                                  {"table", Format::table}}};

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

// Returns what stands before the separator, and removes it and the separator from the rest.
std::string_view next_part(std::string_view& rest, char separator) {
  const std::string_view part = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  return trimmed(part);
}

// Returns the quality of a media type that the header names; 0 if it does not name it. A quality
// that can't be read is 1.
double quality_of(std::string_view accept, std::string_view media_type) {
  while (!accept.empty()) {
    std::string_view range = next_part(accept, ',');
    if (!http::is_same_word(next_part(range, ';'), media_type)) continue;
    while (!range.empty()) {
      const std::string_view parameter = next_part(range, ';');
      if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
      double quality = 1;
      std::from_chars(parameter.data() + 2, parameter.data() + parameter.size(), quality);
      return quality;
    }
    return 1;
  }
  return 0;
}

}  // namespace

std::string_view media_type_of(Format format) {
  if (format == Format::csv) return "text/csv; charset=utf-8";
  if (format == Format::table) return "text/plain; charset=utf-8";
  return "application/json";
}

bool prefers_csv(std::string_view accept) {
  const double csv = quality_of(accept, "text/csv");
  return csv > 0 && csv >= quality_of(accept, "application/json");
}

Presentation read_presentation(ParameterReader& request, Format otherwise,
                               std::span<const report::Dimension> groupings,
                               const std::function<std::string()>& why_none) {
  Presentation presentation{otherwise};
  if (const auto name = request.read_text("format")) {
    const auto format = value_in(formats, *name);
    if (!format) {
      request.fail("format",
                   fmt::format("must be json, rows, csv or table, not {}", in_quotes(*name)));
    }
    presentation.format = format.value_or(otherwise);
  }
  if (groupings.empty()) {
    if (why_none && request.has("group_by")) request.fail("group_by", why_none());
    return presentation;
  }
  if (const auto name = request.read_text("group_by")) {
    std::vector<std::string_view> names;
    for (const report::Dimension dimension : groupings) {
      names.push_back(report::key_of(dimension));
      if (names.back() == *name) presentation.group_by = dimension;
    }
    if (!presentation.group_by) {
      request.fail("group_by",
                   fmt::format("must be {}, not {}", alternatives(names), in_quotes(*name)));
    }
  }
  return presentation;
}

}  // namespace chatreports::api
