#pragma once
// Lines of programs that copy data from one system to another (Singer, Airbyte), and chats with an
// object around them. Source of the shapes: the public specifications of Singer and of the Airbyte
// protocol.

#include <optional>

#include <simdjson.h>

namespace chatreports::ingest {

struct Envelope {
  bool is_control = false;                             // it says nothing about a chat
  std::optional<simdjson::dom::element> content = {};  // the record in it
  std::optional<simdjson::dom::element> stream = {};   // the name of its stream
  bool is_text = false;                                // the content is JSON in a text
};

// Returns an empty envelope for an object that is none.
Envelope open_envelope(simdjson::dom::object object);

}  // namespace chatreports::ingest
