#include "render/json.h"

#include <cstdint>

#include "base/json_text.h"
#include "base/overloaded.h"
#include "render/number.h"
#include "report/definition.h"

namespace chatreports::render {
namespace {

constexpr std::size_t steps_per_entry = 8;

// A list leaves the keys out.
enum class Form : std::uint8_t { object, list };

void append_entries(std::string& json, const report::Entries& entries, Form form,
                    Allowance& allowance, Steps& steps) {
  json += form == Form::object ? '{' : '[';
  bool first = true;
  for (const report::Entry& entry : entries) {
    if (!first) json += ',';
    first = false;
    if (steps.take(steps_per_entry) || allowance.is_used_up_by(json.size())) return;
    if (form == Form::object) {
      append_json_string(json, entry.key);
      json += ':';
    }
    std::visit(Overloaded{[&](const report::Number& number) { append_number(json, number); },
                          [&](const report::Entries& inner) {
                            append_entries(json, inner, Form::object, allowance, steps);
                          },
                          [&](const std::string& text) { append_json_string(json, text); },
                          [&](const report::List& list) {
                            append_entries(json, list.elements, Form::list, allowance, steps);
                          }},
               entry.value);
  }
  json += form == Form::object ? '}' : ']';
}

}  // namespace

std::string to_json(const report::Report& report, Allowance& allowance, std::string_view request) {
  Steps steps(allowance);
  std::string json = R"({"name":)";
  append_json_string(json, report.definition->name);
  if (!request.empty()) json.append(R"(,"request":)").append(request);
  if (report.total) {
    json += R"(,"total":)";
    append_number(json, *report.total);
  }
  json += R"(,"records":)";
  const auto& own_shape = report.definition->own_shape;
  const bool is_list = own_shape && own_shape->records_are_list;
  append_entries(json, report.records, is_list ? Form::list : Form::object, allowance, steps);
  if (report.summary) {
    json += R"(,"summary":)";
    append_entries(json, *report.summary, Form::object, allowance, steps);
  }
  json += '}';
  allowance.is_used_up_by(json.size());
  return json;
}

}  // namespace chatreports::render
