#include "ingest/webhook_records.h"

#include <array>
#include <utility>

#include "base/names.h"
#include "ingest/parse_event.h"
#include "ingest/parse_own_record.h"

namespace chatreports::ingest {
namespace {

using chat::Layer;
using chat::WebhookRecord;

// The names of the properties in the namespace lc2.
constexpr std::array<Name<chat::EventProperty>, 3> event_properties = {
    {{"welcome_message", chat::EventProperty::welcome_message},
     {"form_type", chat::EventProperty::form_type},
     {"greeting_id", chat::EventProperty::greeting_id}}};

WebhookRecord with(WebhookRecord webhook, chat::Update update) {
  webhook.updates.push_back(std::move(update));
  return webhook;
}

// An update of a chat's groups is about the thread that was running then.
Layer layer_of(const WebhookRecord& webhook) {
  return webhook.thread_id.empty() ? Layer::chat : Layer::thread;
}

chat::Record event_record(WebhookPayload& payload, bool is_edit) {
  WebhookRecord webhook = payload.thread_record();
  const auto event = payload.object("event");
  if (!event || !payload.fields().ok()) return webhook;
  ParsedEvent parsed =
      parse_event(*event, webhook.thread_id, Path(payload.path(), "event"), payload.fields());
  if (webhook.thread_id.empty()) webhook.event_id = parsed.id;
  webhook.labels = std::move(parsed.labels);
  return with(std::move(webhook), chat::EventUpdate{.event = std::move(parsed.event),
                                                    .author = chat::author_digest(parsed.author_id),
                                                    .order = chat::event_order(parsed.id),
                                                    .is_edit = is_edit});
}

chat::Record tag_record(WebhookPayload& payload, bool is_added) {
  chat::TagUpdate update{.tag = payload.text("tag", chat::max_tag_bytes), .is_added = is_added};
  return with(payload.thread_record(), std::move(update));
}

// Reads the groups of the `access` in the payload.
std::optional<std::vector<std::int64_t>> access_groups(WebhookPayload& payload) {
  const OptionalElement access = element_of(payload.json(), {"access"});
  if (access) return parse_access(*access, Path(payload.path(), "access"), payload.fields());
  payload.fields().refuse(Path(payload.path(), "access"), "missing");
  return {};
}

// Adds the groups to those of the resource, or removes them.
chat::Record access_change(WebhookPayload& payload, bool is_added) {
  WebhookRecord webhook = payload.resource_record();
  for (const std::int64_t group : access_groups(payload).value_or(std::vector<std::int64_t>())) {
    webhook.updates.emplace_back(chat::GroupUpdate{.group = group, .is_added = is_added});
  }
  return webhook;
}

// No figure has intervals of users who are not agents.
chat::Record presence_record(WebhookPayload& payload, const OptionalElement& user_type,
                             chat::PresenceUpdate presence) {
  WebhookRecord webhook = payload.thread_record();
  if (!user_type || is_text(*user_type, "")) {
    return with(std::move(webhook),
                chat::UserPresenceUpdate{.user = chat::author_digest(presence.agent_id),
                                         .has_joined = presence.has_joined});
  }
  if (!is_text(*user_type, "agent")) return webhook;
  return with(std::move(webhook), std::move(presence));
}

WebhookRecord record_of(WebhookPayload& payload, Layer layer) {
  return layer == Layer::chat ? payload.chat_record() : payload.thread_record();
}

chat::Record agent_record(WebhookPayload& payload, chat::AgentUpdate update, bool is_bot) {
  chat::AgentRecord agent;
  agent.id = payload.id({"id", "agent_id"});
  agent.update = update;
  agent.time = payload.time();
  agent.is_bot = is_bot || chat::is_bot_id(agent.id);
  if (update == chat::AgentUpdate::created || update == chat::AgentUpdate::updated) {
    agent.name = payload.optional_text("name", chat::max_tag_bytes);
    agent.timezone = payload.optional_text("timezone", chat::max_id_bytes);
    agent.groups = payload.agent_groups();
  }
  return agent;
}

}  // namespace

chat::Record thread_begun(WebhookPayload& payload, ChatParser& chats) {
  const auto chat = payload.object("chat");
  if (!chat) return {};
  chat::ChatRecord record;
  chats.parse(*chat, Path(payload.path(), "chat"), payload.fields(), record);
  WebhookRecord webhook;
  webhook.thread_id = std::move(record.thread_id);
  webhook.chat_id = std::move(record.chat_id);
  webhook.beginning = std::move(record.thread);
  webhook.time = payload.time();
  webhook.labels = std::move(record.labels);
  return webhook;
}

chat::Record thread_ended(WebhookPayload& payload) {
  return with(payload.thread_record(), chat::EndUpdate{});
}

chat::Record event_added(WebhookPayload& payload) {
  return event_record(payload, false);
}

chat::Record event_edited(WebhookPayload& payload) {
  return event_record(payload, true);
}

chat::Record thread_tagged(WebhookPayload& payload) {
  return tag_record(payload, true);
}

chat::Record thread_untagged(WebhookPayload& payload) {
  return tag_record(payload, false);
}

chat::Record access_set(WebhookPayload& payload) {
  WebhookRecord webhook = payload.resource_record();
  auto groups = access_groups(payload);
  if (!groups) return webhook;
  const Layer layer = layer_of(webhook);
  return with(std::move(webhook), chat::GroupsUpdate{layer, *std::move(groups)});
}

chat::Record access_granted(WebhookPayload& payload) {
  return access_change(payload, true);
}

chat::Record access_revoked(WebhookPayload& payload) {
  return access_change(payload, false);
}

// A transfer to an agent alone leaves the groups. A chat that is not active is transferred without
// a thread.
chat::Record chat_transferred(WebhookPayload& payload) {
  WebhookRecord webhook = payload.thread_record();
  if (const auto queued_at = payload.queue_time()) {
    webhook.updates.emplace_back(chat::QueueUpdate{*queued_at});
  }
  const OptionalElement target = element_of(payload.json(), {"transferred_to"});
  if (!target) return webhook;
  auto groups = parse_access(*target, Path(payload.path(), "transferred_to"), payload.fields());
  if (!groups || groups->empty()) return webhook;
  const Layer layer = layer_of(webhook);
  return with(std::move(webhook), chat::GroupsUpdate{layer, *std::move(groups)});
}

chat::Record user_added(WebhookPayload& payload) {
  const auto user = payload.object("user");
  if (!user) return {};
  OptionalElement type = element_of(payload.json(), {"user_type"});
  if (!type) type = element_of(*user, {"type"});
  chat::PresenceUpdate presence;
  presence.agent_id = payload.id(*user, Path(payload.path(), "user"), {"id"});
  presence.is_supervisor = has_text(*user, "visibility", "agents");
  return presence_record(payload, type, std::move(presence));
}

// LiveChat's documentation has `user_type`, and its sample does not.
chat::Record user_removed(WebhookPayload& payload) {
  chat::PresenceUpdate presence;
  presence.agent_id = payload.id({"user_id"});
  presence.has_joined = false;
  return presence_record(payload, element_of(payload.json(), {"user_type"}), std::move(presence));
}

chat::Record properties_updated(WebhookPayload& payload, Layer layer) {
  WebhookRecord webhook = record_of(payload, layer);
  for (chat::Property& property : payload.properties()) {
    webhook.updates.emplace_back(chat::PropertyUpdate{layer, std::move(property.name_space),
                                                      std::move(property.name),
                                                      std::move(property.value)});
  }
  return webhook;
}

chat::Record properties_deleted(WebhookPayload& payload, Layer layer) {
  WebhookRecord webhook = record_of(payload, layer);
  for (auto& [name_space, name] : payload.deleted_properties()) {
    webhook.updates.emplace_back(
        chat::PropertyUpdate{layer, std::move(name_space), std::move(name), {}});
  }
  return webhook;
}

chat::Record event_properties_updated(WebhookPayload& payload) {
  WebhookRecord webhook = payload.thread_record();
  const std::uint64_t event = payload.event_key(webhook);
  for (chat::Property& property : payload.properties()) {
    if (property.name_space != "lc2") continue;
    const auto known = value_in(event_properties, property.name);
    if (!known) continue;
    const bool is_type = known == chat::EventProperty::form_type;
    if (is_type && !std::holds_alternative<std::string>(property.value)) continue;
    webhook.updates.emplace_back(
        chat::EventPropertyUpdate{event, *known, std::move(property.value)});
  }
  return webhook;
}

// A form keeps its type.
chat::Record event_properties_deleted(WebhookPayload& payload) {
  WebhookRecord webhook = payload.thread_record();
  const std::uint64_t event = payload.event_key(webhook);
  for (const auto& [name_space, name] : payload.deleted_properties()) {
    if (name_space != "lc2") continue;
    const auto known = value_in(event_properties, name);
    if (!known || known == chat::EventProperty::form_type) continue;
    webhook.updates.emplace_back(chat::EventPropertyUpdate{event, *known, {}});
  }
  return webhook;
}

chat::Record status_set(WebhookPayload& payload) {
  chat::AgentStatusRecord status;
  status.agent_id = payload.id({"agent_id"});
  status.status = parse_agent_status(element_of(payload.json(), {"status"}),
                                     Path(payload.path(), "status"), payload.fields());
  status.at = payload.time().at;
  status.is_receipt = payload.time().is_receipt;
  return status;
}

chat::Record agent_changed(WebhookPayload& payload, chat::AgentUpdate update) {
  return agent_record(payload, update, false);
}

chat::Record bot_changed(WebhookPayload& payload, chat::AgentUpdate update) {
  return agent_record(payload, update, true);
}

chat::Record group_changed(WebhookPayload& payload) {
  chat::GroupRecord group;
  group.id = payload.integer("id");
  group.name = payload.optional_text("name", chat::max_tag_bytes);
  group.members = payload.group_members();
  if (group.members) group.time = payload.time();
  return group;
}

}  // namespace chatreports::ingest
