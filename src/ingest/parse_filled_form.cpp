#include "ingest/parse_filled_form.h"

#include <fmt/format.h>

namespace chatreports::ingest {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

// Reads the fields of one form.
class FormFields {
 public:
  // `labels` may be null.
  FormFields(FieldReader& fields, chat::FilledForm& form, Instant at,
             std::vector<chat::FormLabel>* labels)
      : fields_(fields), form_(form), at_(at), labels_(labels) {}

  void read_field(object field, const Path& path) {
    OptionalElement id, label, answer, several;
    for (const auto& [key, value] : field) {
      if (value.is_null()) continue;
      if (key == "id") {
        id = value;
      } else if (key == "label") {
        label = value;
      } else if (key == "answer") {
        answer = value;
      } else if (key == "answers") {
        several = value;
      }
    }
    if (!id) return;
    const std::string field_id = fields_.id_or_integer(*id, Path(path, "id"));
    if (field_id.empty()) return;
    // In an answer a colon ends the field's id.
    if (field_id.find(':') != std::string::npos) {
      fields_.refuse(Path(path, "id"), "must not hold a colon");
      return;
    }
    add_label(field_id, {}, label);
    if (answer) read_answer(*answer, field_id, Path(path, "answer"));
    if (!several) return;
    const Path at_answers(path, "answers");
    const auto elements = fields_.array(*several, at_answers);
    if (!elements) return;
    std::size_t index = 0;
    for (const element value : *elements) {
      read_answer(value, field_id, Path(at_answers, index++));
      if (!fields_.ok()) return;
    }
  }

 private:
  // Adds "<field id>:<answer id>". An answer that is not an object (text of a customer) or has no
  // id does not count.
  void read_answer(element answer, const std::string& field_id, const Path& path) {
    object chosen;
    if (answer.get(chosen) != simdjson::SUCCESS) return;
    OptionalElement id, label;
    for (const auto& [key, value] : chosen) {
      if (value.is_null()) continue;
      if (key == "id") id = value;
      if (key == "label") label = value;
    }
    if (!id) return;
    std::string answer_id = fields_.id_or_integer(*id, Path(path, "id"));
    if (answer_id.empty()) return;
    if (form_.answers.size() == chat::max_elements) {
      fields_.refuse(path, fmt::format("more than {} answers", chat::max_elements));
      return;
    }
    form_.answers.push_back(field_id + ':' + answer_id);
    add_label(field_id, std::move(answer_id), label);
  }

  void add_label(const std::string& field_id, std::string answer_id, const OptionalElement& label) {
    if (labels_ == nullptr || !label || !label->is_string()) return;
    const std::string_view text(*label);
    if (text.size() > chat::max_label_bytes) return;
    labels_->push_back({form_.form_id, field_id, std::move(answer_id), std::string(text), at_});
  }

  FieldReader& fields_;
  chat::FilledForm& form_;
  const Instant at_;
  std::vector<chat::FormLabel>* const labels_;
};

}  // namespace

EventProperties read_event_properties(element properties, const Path& path, FieldReader& fields) {
  EventProperties read;
  const auto name_spaces = fields.object(properties, path);
  if (!name_spaces) return read;
  for (const auto& [name_space, value] : *name_spaces) {
    if (name_space != "lc2" || value.is_null()) continue;
    const auto names = fields.object(value, Path(path, name_space));
    if (!names) return read;
    for (const auto& [name, property] : *names) {
      // A value of another type is ignored, as in the properties of a chat.
      if (name == "welcome_message") {
        read.welcome_message = property.is_bool() && bool(property);
      } else if (name == "greeting_id") {
        read.greeting = !property.is_null();
      } else if (name == "form_type" && property.is_string()) {
        read.form_type = fields.text(property, path);
      }
    }
  }
  return read;
}

chat::FilledForm read_filled_form(object event, const EventProperties& properties, Instant at,
                                  const Path& path, FieldReader& fields,
                                  std::vector<chat::FormLabel>& labels) {
  chat::FilledForm form;
  form.type = chat::survey_type_of(properties.form_type);
  OptionalElement form_fields;
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
  const bool counts = form.type && !form.form_id.empty();
  if (counts) labels.reserve(labels.size() + 2 * elements->size());
  FormFields form_reader(fields, form, at, counts ? &labels : nullptr);
  std::size_t index = 0;
  for (const element value : *elements) {
    const Path here(at_fields, index++);
    const auto field = fields.object(value, here);
    if (!field) return form;
    form_reader.read_field(*field, here);
    if (!fields.ok()) return form;
  }
  return form;
}

}  // namespace chatreports::ingest
