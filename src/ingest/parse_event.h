#pragma once
// An event in JSON, as a thread or a webhook contains it → chat::Event.

#include <string_view>
#include <vector>

#include "chat/event.h"
#include "ingest/json_fields.h"

namespace chatreports::ingest {

// The event has no author yet: whether the author is an agent, only the users of the thread tell.
struct ParsedEvent {
  chat::Event event;
  std::string_view author_id;  // in the parsed document
  std::string_view id;         // likewise
  std::vector<chat::FormLabel> labels;
};
ParsedEvent parse_event(simdjson::dom::object event, std::string_view thread_id, const Path& path,
                        FieldReader& fields);

}  // namespace chatreports::ingest
