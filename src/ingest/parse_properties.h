#pragma once
// Properties of chats, threads and events in JSON → chat::Property.

#include <cstdint>
#include <vector>

#include "chat/property.h"
#include "ingest/json_fields.h"

namespace chatreports::ingest {

// How a value is written: versions before 3.2 of the API write {"value":1} in place of 1.
enum class PropertyForm : std::uint8_t { plain, wrapped };

// By name_space and name, each once; of several with one name the last counts. Values of a type
// that a property can't have are left out.
std::vector<chat::Property> parse_properties(simdjson::dom::element properties, const Path& path,
                                             FieldReader& fields,
                                             PropertyForm form = PropertyForm::plain);

}  // namespace chatreports::ingest
