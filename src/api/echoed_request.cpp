#include "api/echoed_request.h"

#include <algorithm>
#include <string_view>

#include "base/json_text.h"
#include "base/overloaded.h"

namespace chatreports::api {
namespace {

// Appends [ … ] with what `append` makes of each element.
template <class Elements, class Append>
void append_list(std::string& json, const Elements& elements, const Append& append) {
  json += '[';
  for (const auto& element : elements) {
    if (json.back() != '[') json += ',';
    append(element);
  }
  json += ']';
}

void append_object(std::string& json, const Object& members, bool are_filters);

// `is_filter`: the parameter is the value of a key of `filters`.
void append_value(std::string& json, std::string_view key, const Parameter& parameter,
                  bool is_filter) {
  std::visit(Overloaded{
                 [&](Null) { json += "null"; },
                 [&](bool value) { json += value ? "true" : "false"; },
                 [&](std::int64_t value) { json += std::to_string(value); },
                 [&](OtherNumber) { json += "null"; },  // no filter accepts one
                 [&](const std::string& text) { append_json_string(json, text); },
                 [&](const Array& array) {
                   append_list(json, array, [&](const Parameter& element) {
                     append_value(json, {}, element, false);
                   });
                 },
                 [&](const Object& members) { append_object(json, members, false); },
                 [&](const Texts& texts) {
                   const bool is_list = key == "values" || key == "exclude_values";
                   if (!is_list) return append_json_string(json, texts.values.front());
                   append_list(json, texts.values,
                               [&](const std::string& text) { append_json_string(json, text); });
                 },
                 [&](const Level& level) {
                   const bool is_list = is_filter && (key == "surveys" || key == "forms");
                   if (!is_list) return append_object(json, level.members, false);
                   const std::vector<Element> elements = *elements_of(parameter);
                   append_list(json, elements, [&](const Element& element) {
                     append_object(json, std::get<Level>(element.parameter->value).members, false);
                   });
                 },
             },
             parameter.value);
}

void append_object(std::string& json, const Object& members, bool are_filters) {
  json += '{';
  for (const auto& [key, parameter] : members) {
    if (json.back() != '{') json += ',';
    append_json_string(json, key);
    json += ':';
    append_value(json, key, parameter, are_filters);
  }
  json += '}';
}

const Parameter* find(const Object& parameters, std::string_view key) {
  const auto found = std::ranges::find(parameters, key, &Member::key);
  if (found == parameters.end()) return nullptr;
  return std::holds_alternative<Null>(found->parameter.value) ? nullptr : &found->parameter;
}

}  // namespace

std::string echoed_request(const Object& parameters, const report::Query& query) {
  std::string json = R"({"distribution":)";
  append_json_string(json, name_of(query.distribution));
  if (const Parameter* timezone = find(parameters, "timezone")) {
    json += R"(,"timezone":)";
    append_value(json, "timezone", *timezone, false);
  }
  if (const Parameter* filters = find(parameters, "filters")) {
    json += R"(,"filters":)";
    if (const auto* level = std::get_if<Level>(&filters->value)) {
      append_object(json, level->members, true);
    } else {
      append_value(json, "filters", *filters, false);
    }
  }
  return json += '}';
}

}  // namespace chatreports::api
