#pragma once
// Reads the facts in an event's properties, and the answers of a filled form. Free text of a
// customer is an answer without an id, and is never read.

#include <string_view>
#include <vector>

#include "chat/record.h"
#include "ingest/json_fields.h"

namespace chatreports::ingest {

// The properties of an event that a figure needs.
struct EventProperties {
  bool welcome_message = false;  // lc2.welcome_message is true
  bool greeting = false;         // lc2.greeting_id is there
  std::string_view form_type;    // lc2.form_type; empty if it is not text
};

EventProperties read_event_properties(simdjson::dom::element properties, const Path& path,
                                      FieldReader& fields);

// `event`, at `path`, is of type filled_form. If the form's type counts, adds the labels of its
// fields and chosen answers to `labels`, with the time of the event.
chat::FilledForm read_filled_form(simdjson::dom::object event, const EventProperties& properties,
                                  Instant at, const Path& path, FieldReader& fields,
                                  std::vector<chat::FormLabel>& labels);

}  // namespace chatreports::ingest
