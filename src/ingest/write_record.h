#pragma once
// A record → the JSON object that the parser reads as the same record: LiveChat's form for a chat,
// our own form for all others. Values that are not stored (texts, names, addresses) are absent.

#include <string>

#include "chat/record.h"

namespace chatreports::ingest {

// Appends one object, without a line break. A chat is written with the goals and sales of the chat
// record; write those of their own records as such records.
void append_json(const chat::Record& record, std::string& json);

}  // namespace chatreports::ingest
