#pragma once
// The JSON of Chatwoot's API → what chats are made of. It has the header of simdjson, so no other
// header includes it.

#include <optional>

#include <simdjson.h>

#include "pull/chatwoot_threads.h"

namespace chatreports::pull {

// Returns nothing if it has no number or no time.
std::optional<ChatwootConversation> parse_chatwoot_conversation(simdjson::dom::element json);

// Likewise, or no type.
std::optional<ChatwootMessage> parse_chatwoot_message(simdjson::dom::element json);

// Returns the change that a reporting event of a conversation tells.
std::optional<ChatwootChange> parse_chatwoot_change(simdjson::dom::element json);

}  // namespace chatreports::pull
