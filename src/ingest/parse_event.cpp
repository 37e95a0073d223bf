#include "ingest/parse_event.h"

#include "chat/ids.h"
#include "ingest/parse_filled_form.h"

namespace chatreports::ingest {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::string_view unknown_event_type =
    "event of an unknown type, which no figure counts: type";
// The rating in a rating message.
std::string_view score_of(element text_vars) {
  const OptionalElement score = element_at(text_vars, {"score"});
  return score ? text_or_nothing(*score) : std::string_view();
}

}  // namespace

ParsedEvent parse_event(object event, std::string_view thread_id, const Path& path,
                        FieldReader& fields) {
  ParsedEvent parsed;
  chat::Event& read = parsed.event;
  read.type = chat::EventType::other;
  bool has_created_at = false;
  OptionalElement timestamp;  // of older versions of the API, in place of created_at
  OptionalElement id;
  OptionalElement properties;
  std::string_view system_message;
  std::string_view score;
  for (const auto& [key, value] : event) {
    if (value.is_null()) continue;
    if (key == "type") {
      read.type = chat::event_type_of(fields.text(value, Path(path, key)));
      if (read.type == chat::EventType::other) fields.warn(unknown_event_type, value);
    } else if (key == "created_at") {
      read.created_at = fields.time(value, Path(path, key));
      has_created_at = true;
    } else if (key == "timestamp") {
      timestamp = value;
    } else if (key == "author_id") {
      parsed.author_id = fields.text(value, Path(path, key));
    } else if (key == "visibility" || key == "recipients") {
      // In older archives `visibility` is called `recipients`.
      if (fields.text(value, Path(path, key)) == "agents") read.visible_to_customer = false;
    } else if (key == "properties") {
      properties = value;
    } else if (key == "id") {
      id = value;
    } else if (key == "system_message_type") {
      system_message = text_or_nothing(value);
    } else if (key == "text_vars") {
      score = score_of(value);
    }
  }
  if (!has_created_at && timestamp) {
    read.created_at = fields.seconds(*timestamp, Path(path, "timestamp"));
  } else if (!has_created_at) {
    fields.refuse(Path(path, "created_at"), "missing");
  }
  // No other event can name an id that is not text.
  if (id && id->is_string()) parsed.id = fields.text(*id, Path(path, "id"));
  if (!fields.ok()) return parsed;

  read.key = parsed.id.empty() ? chat::event_key(read.created_at, read.type, parsed.author_id)
                               : chat::event_key(thread_id, parsed.id);
  EventProperties event_properties;
  if (properties)
    event_properties = read_event_properties(*properties, Path(path, "properties"), fields);
  read.automatic_welcome = event_properties.welcome_message;
  read.automatic_greeting = event_properties.greeting;
  if (read.type == chat::EventType::system_message) {
    read.system_message = chat::system_message_of(system_message, score);
  }
  if (read.type == chat::EventType::filled_form) {
    read.filled_form =
        read_filled_form(event, event_properties, read.created_at, path, fields, parsed.labels);
  }
  return parsed;
}

}  // namespace chatreports::ingest
