#pragma once
// A record → the JSON object that the parser reads as the same record: LiveChat's form of a chat,
// and ours of all else. What is not kept (texts, names, addresses) is not there.

#include <string>

#include "chat/record.h"

namespace chatreports::ingest {

// Appends one object, without a line break. Of a chat record only what the chat itself told of
// goals and sales; what records of their own told must be written as such.
void append_json(const chat::Record& record, std::string& json);

}  // namespace chatreports::ingest
