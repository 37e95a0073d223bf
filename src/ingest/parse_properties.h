#pragma once
// Properties of chats, threads and events in JSON → chat::Property.

#include <vector>

#include "chat/property.h"
#include "ingest/json_fields.h"

namespace chatreports::ingest {

// By name_space and name, each once; of several with one name the last counts. Values of a type
// that a property can't have are left out.
std::vector<chat::Property> parse_properties(simdjson::dom::element properties, const Path& path,
                                             FieldReader& fields);

}  // namespace chatreports::ingest
