#pragma once
// A webhook in LiveChat's form → a record. Source of the shapes: docs/definitions/webhooks.md.

#include "chat/record.h"
#include "ingest/json_fields.h"
#include "ingest/parse_chat.h"
#include "ingest/parse_record.h"

namespace chatreports::ingest {

// Returns the record of the webhook; an IgnoredWebhook if no figure needs its action. After an
// error, `fields` has the reason, and the record is of no use. A record without `received_at` must
// be stamped with the time of its receipt (chat::stamp).
chat::Record parse_webhook(simdjson::dom::object webhook, Webhooks webhooks, ChatParser& chats,
                           FieldReader& fields);

}  // namespace chatreports::ingest
