#include "render/json.h"

#include <fmt/format.h>

#include <iterator>

#include "base/json_text.h"

namespace chatreports::render {
namespace {

constexpr std::size_t steps_an_entry = 8;

void append_figure(std::string& json, const report::Figure& figure) {
  if (const auto* integer = std::get_if<std::int64_t>(&figure)) {
    fmt::format_to(std::back_inserter(json), "{}", *integer);
  } else if (const auto* hundredths = std::get_if<report::Hundredths>(&figure)) {
    const std::int64_t fraction = hundredths->value % 100;
    fmt::format_to(std::back_inserter(json), "{}", hundredths->value / 100);
    if (fraction % 10 != 0) {
      fmt::format_to(std::back_inserter(json), ".{:02}", fraction);
    } else if (fraction != 0) {
      fmt::format_to(std::back_inserter(json), ".{}", fraction / 10);
    }
  } else {
    // The shortest text that reads back as the same double.
    fmt::format_to(std::back_inserter(json), "{}", std::get<double>(figure));
  }
}

void append_entries(std::string& json, const report::Entries& entries, Allowance& allowance,
                    Steps& steps) {
  json += '{';
  bool first = true;
  for (const report::Entry& entry : entries) {
    if (!first) json += ',';
    first = false;
    if (steps.take(steps_an_entry) || allowance.is_used_up_by(json.size())) return;
    append_json_string(json, entry.key);
    json += ':';
    if (const auto* figure = std::get_if<report::Figure>(&entry.value)) {
      append_figure(json, *figure);
    } else {
      append_entries(json, std::get<report::Entries>(entry.value), allowance, steps);
    }
  }
  json += '}';
}

}  // namespace

std::string to_json(const report::Report& report, Allowance& allowance) {
  Steps steps(allowance);
  std::string json = R"({"name":)";
  append_json_string(json, report.name);
  if (report.total) {
    json += R"(,"total":)";
    append_figure(json, *report.total);
  }
  json += R"(,"records":)";
  append_entries(json, report.records, allowance, steps);
  if (report.summary) {
    json += R"(,"summary":)";
    append_entries(json, *report.summary, allowance, steps);
  }
  json += '}';
  allowance.is_used_up_by(json.size());
  return json;
}

}  // namespace chatreports::render
