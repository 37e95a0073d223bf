#pragma once
// Reads the facts in an event's properties, and the answers of a filled form. Free text that a
// customer wrote into a form is an answer without an id and never read.

#include <string_view>
#include <vector>

#include "chat/record.h"
#include "ingest/json_fields.h"

namespace chatreports::ingest {

// Properties of an event that a figure needs.
struct EventProperties {
  bool welcome_message = false;  // lc2.welcome_message is true
  bool greeting = false;         // lc2.greeting_id is there
  std::string_view form_type;    // lc2.form_type; empty where it is not text
};

EventProperties read_event_properties(simdjson::dom::element properties, const Path& path,
                                      FieldReader& fields);

// `event` is of type filled_form and stands at `path`. If the form's type counts, the labels of its
// fields and chosen answers are added to `labels`, with the time of the event.
chat::FilledForm read_filled_form(simdjson::dom::object event, const EventProperties& told,
                                  Instant at, const Path& path, FieldReader& fields,
                                  std::vector<chat::FormLabel>& labels);

}  // namespace chatreports::ingest
