#pragma once
// Chats in other forms than those of docs/definitions/records.md: those of older versions of
// LiveChat's API and of other systems. A format is a file in this folder, a line in format.cpp, a
// section of docs/formats.md, and a golden case.

#include <functional>
#include <span>
#include <string_view>

#include "chat/record.h"
#include "ingest/json_fields.h"

namespace chatreports::ingest {

using TakeRecord = std::function<void(chat::Record&&)>;

struct Format {
  std::string_view name;   // for the command line
  std::string_view title;  // for people
  std::string_view lacks;  // which reports and filters it has no data for, for people
  // Returns whether the object is one of this format.
  bool (*is_one)(simdjson::dom::object object);
  // Calls `take` for each record of the object. If something is wrong, `fields` has the reason, and
  // nothing more is taken.
  void (*read)(simdjson::dom::object object, FieldReader& fields, const TakeRecord& take);
};

// Any thread.
std::span<const Format> formats();
// Returns null if there is none.
const Format* format_of(simdjson::dom::object object);

// The formats, each in the file of its name.
extern const Format livechat_v2;
extern const Format zendesk_chat;
extern const Format zendesk_agent_timeline;
extern const Format intercom;

}  // namespace chatreports::ingest
