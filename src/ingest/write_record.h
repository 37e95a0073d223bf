#pragma once
// A record → the JSON object that the parser reads as the same record: LiveChat's form of a chat,
// and ours of all else. Values that are not kept (texts, names, addresses) are absent.

#include <string>

#include "chat/record.h"

namespace chatreports::ingest {

// Appends one object, without a line break. A chat record is written with the goals and sales that
// the chat itself told; those of records of their own must be written as such records.
void append_json(const chat::Record& record, std::string& json);

}  // namespace chatreports::ingest
