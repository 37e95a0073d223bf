#include "ingest/parse_properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "chat/property_digest.h"

namespace chatreports::ingest {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

// Returns 1 of {"value":1}.
element unwrapped(element value) {
  object around;
  element inner;
  const bool is_wrapped = value.get(around) == simdjson::SUCCESS && around.size() == 1 &&
                          around["value"].get(inner) == simdjson::SUCCESS;
  return is_wrapped ? inner : value;
}

// Returns whether the value has a type that a property may have.
bool is_property(element value, FieldReader& fields) {
  return value.is_string() || value.is_bool() || fields.integral(value).has_value();
}

struct PropertyField {
  std::string_view name_space;
  std::string_view name;
  element value;
  auto full_name() const { return std::tie(name_space, name); }
};

std::vector<PropertyField> property_fields(object name_spaces, PropertyForm form, const Path& path,
                                           FieldReader& fields) {
  std::vector<PropertyField> found;
  for (const auto& [name_space, value] : name_spaces) {
    if (value.is_null()) continue;
    const auto names = fields.object(value, Path(path, name_space));
    if (!names) return {};
    for (const auto& [name, given] : *names) {
      const element property = form == PropertyForm::wrapped ? unwrapped(given) : given;
      if (is_property(property, fields)) found.push_back({name_space, name, property});
    }
    if (found.size() > chat::max_elements) {
      fields.refuse(path, fmt::format("more than {} elements", chat::max_elements));
      return {};
    }
  }
  const auto by_name = [](const PropertyField& left, const PropertyField& right) {
    return left.full_name() < right.full_name();
  };
  if (!std::is_sorted(found.begin(), found.end(), by_name)) {
    std::stable_sort(found.begin(), found.end(), by_name);
  }
  return found;
}

chat::Value property_value(const PropertyField& field, const Path& path, FieldReader& fields) {
  if (field.value.is_string()) {
    return chat::received_property_text(field.name_space, field.name,
                                        fields.text(field.value, path));
  }
  bool flag = false;
  if (field.value.get(flag) == simdjson::SUCCESS) return flag;
  return fields.integer(field.value, path);
}

}  // namespace

std::vector<chat::Property> parse_properties(element properties, const Path& path,
                                             FieldReader& fields, PropertyForm form) {
  std::vector<chat::Property> read;
  const auto name_spaces = fields.object(properties, path);
  if (!name_spaces) return read;
  const std::vector<PropertyField> found = property_fields(*name_spaces, form, path, fields);
  read.reserve(found.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const PropertyField& field = found[i];
    if (i + 1 < found.size() && field.full_name() == found[i + 1].full_name()) continue;
    const Path at_name_space(path, field.name_space);
    const Path here(at_name_space, field.name);
    if (field.name_space.size() > chat::max_tag_bytes || field.name.size() > chat::max_tag_bytes) {
      fields.refuse(here, fmt::format("a name longer than {} bytes", chat::max_tag_bytes));
    }
    read.push_back({std::string(field.name_space), std::string(field.name),
                    property_value(field, here, fields)});
    if (!fields.ok()) return {};
    if (field.name_space == "rating" && field.name == "score") {
      const auto* score = std::get_if<std::int64_t>(&read.back().value);
      const bool is_rating = score != nullptr && *score >= 0 && *score <= fields.highest_rating();
      if (!is_rating) fields.warn(unknown_rating(fields.highest_rating()), field.value);
    }
  }
  return read;
}

}  // namespace chatreports::ingest
