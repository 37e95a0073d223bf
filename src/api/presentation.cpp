#include "api/presentation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "api/errors.h"
#include "base/names.h"

namespace chatreports::api {
namespace {

constexpr std::array<Name<Format>, 4> formats = {{{"json", Format::json},
                                                  {"rows", Format::rows},
                                                  {"csv", Format::csv},
                                                  {"table", Format::table}}};

}  // namespace

std::vector<std::string_view> format_names() {
  std::vector<std::string_view> names;
  for (const Name<Format>& format : formats) names.push_back(format.text);
  return names;
}

std::string_view media_type_of(Format format) {
  if (format == Format::csv) return "text/csv; charset=utf-8";
  if (format == Format::table) return "text/plain; charset=utf-8";
  return "application/json";
}

bool prefers_csv(const http::Request& request) {
  const double csv = request.quality("Accept", "text/csv").value_or(0);
  return csv > 0 && csv >= request.quality("Accept", "application/json").value_or(0);
}

Presentation read_presentation(ParameterReader& request, Format otherwise,
                               std::span<const report::Dimension> groupings,
                               const std::function<std::string()>& why_none) {
  Presentation presentation{otherwise};
  if (const auto name = request.read_text("format")) {
    const auto format = value_in(formats, *name);
    if (!format) {
      request.fail("format", fmt::format("must be {}, not {}", alternatives(format_names()),
                                         in_quotes(*name)));
    }
    presentation.format = format.value_or(otherwise);
  }
  presentation.has_names = request.read_bool("names").value_or(false);
  if (presentation.has_names && presentation.format == Format::json) {
    request.fail("names", "needs the format rows, csv or table");
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

http::Response uncached_json(int status, std::string body) {
  return {status,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          std::move(body)};
}

}  // namespace chatreports::api
