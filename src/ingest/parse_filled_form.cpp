#include "ingest/parse_filled_form.h"

#include <fmt/format.h>

namespace chatreports::ingest {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;
using Field = std::optional<element>;

// Adds "<field id>:<answer id>"; an answer that is no object (what a customer typed) or has no id
// is not counted.
void read_answer(element answer, const std::string& field_id, const Path& path, FieldReader& fields,
                 std::vector<std::string>& answers) {
  object chosen;
  if (answer.get(chosen) != simdjson::SUCCESS) return;
  Field id;
  for (const auto& [key, value] : chosen) {
    if (key == "id" && !value.is_null()) id = value;
  }
  if (!id) return;
  const std::string answer_id = fields.id_or_integer(*id, Path(path, "id"));
  if (answer_id.empty()) return;
  if (answers.size() == chat::max_elements) {
    fields.refuse(path, fmt::format("more than {} answers", chat::max_elements));
    return;
  }
  answers.push_back(field_id + ':' + answer_id);
}

void read_field(object field, const Path& path, FieldReader& fields,
                std::vector<std::string>& answers) {
  Field id, answer, several;
  for (const auto& [key, value] : field) {
    if (value.is_null()) continue;
    if (key == "id") {
      id = value;
    } else if (key == "answer") {
      answer = value;
    } else if (key == "answers") {
      several = value;
    }
  }
  if (!id) return;
  const std::string field_id = fields.id_or_integer(*id, Path(path, "id"));
  if (field_id.empty()) return;
  // Else nobody could tell where the field's id ends.
  if (field_id.find(':') != std::string::npos) {
    fields.refuse(Path(path, "id"), "must not hold a colon");
    return;
  }
  if (answer) read_answer(*answer, field_id, Path(path, "answer"), fields, answers);
  if (!several) return;
  const Path at_answers(path, "answers");
  const auto elements = fields.array(*several, at_answers);
  if (!elements) return;
  std::size_t index = 0;
  for (const element value : *elements) {
    read_answer(value, field_id, Path(at_answers, index++), fields, answers);
    if (!fields.ok()) return;
  }
}

}  // namespace

EventProperties read_event_properties(element properties, const Path& path, FieldReader& fields) {
  EventProperties told;
  const auto name_spaces = fields.object(properties, path);
  if (!name_spaces) return told;
  for (const auto& [name_space, value] : *name_spaces) {
    if (name_space != "lc2" || value.is_null()) continue;
    const auto names = fields.object(value, Path(path, name_space));
    if (!names) return told;
    for (const auto& [name, property] : *names) {
      // A property of another type is no property that we know, here as in a chat's properties.
      if (name == "welcome_message") {
        told.welcome_message = property.is_bool() && bool(property);
      } else if (name == "form_type" && property.is_string()) {
        told.form_type = fields.text(property, path);
      }
    }
  }
  return told;
}

chat::FilledForm read_filled_form(object event, const EventProperties& told, const Path& path,
                                  FieldReader& fields) {
  chat::FilledForm form;
  form.type = chat::survey_type_of(told.form_type);
  Field form_fields;
  for (const auto& [key, value] : event) {
    if (value.is_null()) continue;
    if (key == "form_id") {
      form.form_id = fields.id_or_integer(value, Path(path, key));
    } else if (key == "form_type") {
      form.type = chat::survey_type_of(fields.text(value, Path(path, key)));
    } else if (key == "fields") {
      form_fields = value;
    }
  }
  if (!form_fields) return form;
  const Path at_fields(path, "fields");
  const auto elements = fields.array(*form_fields, at_fields);
  if (!elements) return form;
  std::size_t index = 0;
  for (const element value : *elements) {
    const Path here(at_fields, index++);
    const auto field = fields.object(value, here);
    if (!field) return form;
    read_field(*field, here, fields, form.answers);
    if (!fields.ok()) return form;
  }
  return form;
}

}  // namespace chatreports::ingest
