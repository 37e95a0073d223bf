#pragma once
// Records of our own shape, told by their key `record`: agent, bot, group, agent_status, greeting,
// goal, sale, queue and form_label.

#include "chat/record.h"
#include "ingest/json_fields.h"

namespace chatreports::ingest {

// accepting_chats, not_accepting_chats (either may be written with spaces) or offline. A status
// that is missing is refused.
chat::AgentStatus parse_agent_status(const std::optional<simdjson::dom::element>& status,
                                     const Path& path, FieldReader& fields);

// `kind` is the value of the key `record`. Where something is wrong, `fields` knows what, and the
// answer is of no use.
chat::Record parse_own_record(simdjson::dom::element kind, simdjson::dom::object record,
                              FieldReader& fields);

}  // namespace chatreports::ingest
