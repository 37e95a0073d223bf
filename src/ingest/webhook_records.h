#pragma once
// The payload of a webhook → the record that it makes: a function for each kind of action. Source
// of the shapes: docs/definitions/webhooks.md.
//
// If something is wrong, the payload's FieldReader has the reason, and the record is of no use.

#include "chat/record.h"
#include "ingest/parse_chat.h"
#include "ingest/webhook_payload.h"

namespace chatreports::ingest {

chat::Record thread_begun(WebhookPayload& payload, ChatParser& chats);
chat::Record thread_ended(WebhookPayload& payload);
chat::Record event_added(WebhookPayload& payload);
chat::Record event_edited(WebhookPayload& payload);
chat::Record thread_tagged(WebhookPayload& payload);
chat::Record thread_untagged(WebhookPayload& payload);
chat::Record access_set(WebhookPayload& payload);
chat::Record access_granted(WebhookPayload& payload);
chat::Record access_revoked(WebhookPayload& payload);
chat::Record chat_transferred(WebhookPayload& payload);
chat::Record user_added(WebhookPayload& payload);
chat::Record user_removed(WebhookPayload& payload);
chat::Record properties_updated(WebhookPayload& payload, chat::Layer layer);
chat::Record properties_deleted(WebhookPayload& payload, chat::Layer layer);
chat::Record event_properties_updated(WebhookPayload& payload);
chat::Record event_properties_deleted(WebhookPayload& payload);
chat::Record status_set(WebhookPayload& payload);
// For webhooks of agents and of bots.
chat::Record agent_changed(WebhookPayload& payload, chat::AgentUpdate update);
chat::Record bot_changed(WebhookPayload& payload, chat::AgentUpdate update);
chat::Record group_changed(WebhookPayload& payload);

}  // namespace chatreports::ingest
