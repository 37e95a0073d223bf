#pragma once
// A webhook as LiveChat posts it → records. Source of the shapes: docs/definitions/webhooks.md.

#include <functional>

#include "chat/record.h"
#include "ingest/json_fields.h"
#include "ingest/parse_chat.h"
#include "ingest/parse_record.h"

namespace chatreports::ingest {

// Hands over what the webhook tells, a record; IgnoredWebhook where no figure needs its action. If
// something is wrong, `fields` has the reason, and nothing is handed over. A record without
// `received_at` has yet to be stamped with the time of its receipt (chat::stamp).
void parse_webhook(simdjson::dom::object webhook, Webhooks webhooks, ChatParser& chats,
                   FieldReader& fields, const std::function<void(chat::Record)>& take);

}  // namespace chatreports::ingest
