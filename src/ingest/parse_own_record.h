#pragma once
// Records of our own form, with the key `record`: agent, bot, group, agent_status, greeting, goal,
// sale, queue and form_label.

#include "chat/record.h"
#include "ingest/json_fields.h"

namespace chatreports::ingest {

// Refuses a missing status and an unknown name (chat::agent_status_of).
chat::AgentStatus parse_agent_status(const OptionalElement& status, const Path& path,
                                     FieldReader& fields);

// `kind` is the value of the key `record`. If something is wrong, `fields` has the reason, and the
// record is of no use.
chat::Record parse_own_record(simdjson::dom::element kind, simdjson::dom::object record,
                              FieldReader& fields);

}  // namespace chatreports::ingest
