#include "ingest/parse_webhook.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ingest/webhook_actions.h"
#include "ingest/webhook_payload.h"
#include "ingest/webhook_records.h"

namespace chatreports::ingest {
namespace {

using simdjson::dom::object;

using Parse = chat::Record (*)(WebhookPayload& payload);

enum class Timing {
  any,         // the order of receipt is enough
  of_receipt,  // it happens when it is received, so a recorded webhook needs its time
};

struct Action {
  std::string_view name;
  std::string_view older_name;  // in earlier versions of the API
  Timing timing;
  Parse parse;  // null for the beginning of a thread, which needs a ChatParser
};

template <auto parse, auto argument>
chat::Record with(WebhookPayload& payload) {
  return parse(payload, argument);
}

using chat::AgentUpdate;
using chat::Layer;

constexpr std::array actions = {
    Action{"incoming_event", "", Timing::any, event_added},
    Action{"incoming_chat", "incoming_chat_thread", Timing::any, nullptr},
    Action{"event_updated", "", Timing::any, event_edited},
    Action{"chat_deactivated", "thread_closed", Timing::of_receipt, thread_ended},
    Action{"chat_access_updated", "access_set", Timing::any, access_set},
    Action{"chat_access_granted", "access_granted", Timing::any, access_granted},
    Action{"chat_access_revoked", "access_revoked", Timing::any, access_revoked},
    Action{"chat_transferred", "", Timing::any, chat_transferred},
    Action{"user_added_to_chat", "chat_user_added", Timing::of_receipt, user_added},
    Action{"user_removed_from_chat", "chat_user_removed", Timing::of_receipt, user_removed},
    Action{"chat_properties_updated", "", Timing::any, with<properties_updated, Layer::chat>},
    Action{"chat_properties_deleted", "", Timing::any, with<properties_deleted, Layer::chat>},
    Action{"thread_properties_updated", "chat_thread_properties_updated", Timing::any,
           with<properties_updated, Layer::thread>},
    Action{"thread_properties_deleted", "chat_thread_properties_deleted", Timing::any,
           with<properties_deleted, Layer::thread>},
    Action{"event_properties_updated", "", Timing::any, event_properties_updated},
    Action{"event_properties_deleted", "", Timing::any, event_properties_deleted},
    Action{"thread_tagged", "chat_thread_tagged", Timing::any, thread_tagged},
    Action{"thread_untagged", "chat_thread_untagged", Timing::any, thread_untagged},
    Action{"routing_status_set", "agent_status_changed", Timing::of_receipt, status_set},
    Action{"agent_created", "", Timing::any, with<agent_changed, AgentUpdate::created>},
    Action{"agent_updated", "", Timing::any, with<agent_changed, AgentUpdate::updated>},
    Action{"agent_deleted", "", Timing::of_receipt, with<agent_changed, AgentUpdate::deleted>},
    Action{"bot_created", "", Timing::any, with<bot_changed, AgentUpdate::created>},
    Action{"bot_updated", "", Timing::any, with<bot_changed, AgentUpdate::updated>},
    Action{"bot_deleted", "", Timing::of_receipt, with<bot_changed, AgentUpdate::deleted>},
    Action{"agent_suspended", "", Timing::of_receipt, with<agent_changed, AgentUpdate::suspended>},
    // Nothing changes until the agent sets a status.
    Action{"agent_unsuspended", "", Timing::any, with<agent_changed, AgentUpdate::named>},
    Action{"group_created", "", Timing::any, group_changed},
    Action{"group_updated", "", Timing::any, group_changed},
    // The chats of the group stay chats of the group.
    Action{"group_deleted", "", Timing::any, group_changed},
};

const Action* find_action(std::string_view name) {
  const auto* const found = std::ranges::find_if(actions, [name](const Action& known) {
    return name == known.name || (name == known.older_name && !name.empty());
  });
  return found == actions.end() ? nullptr : found;
}

}  // namespace

std::string_view known_action(std::string_view action) {
  const Action* const known = find_action(action);
  return known == nullptr ? "other" : known->name;
}

std::vector<std::string_view> known_actions() {
  std::vector<std::string_view> names;
  for (const Action& action : actions) names.push_back(action.name);
  return names;
}

chat::Record parse_webhook(object webhook, Webhooks webhooks, ChatParser& chats,
                           FieldReader& fields) {
  const Path root;
  const OptionalElement action_field = element_of(webhook, {"action"});
  const OptionalElement payload_field = element_of(webhook, {"payload"});
  if (!action_field) fields.refuse(Path(root, "action"), "missing");
  if (!payload_field) fields.refuse(Path(root, "payload"), "missing");
  if (!fields.ok()) return {};
  const std::string_view name = fields.text(*action_field, Path(root, "action"));
  if (!fields.ok()) return {};
  const Action* const action = find_action(name);
  if (action == nullptr) {
    return chat::IgnoredWebhook{std::string(name.substr(0, chat::max_id_bytes))};
  }
  chat::UpdateTime time{{}, true};
  if (const OptionalElement received_at = element_of(webhook, {"received_at"})) {
    time = {fields.time(*received_at, Path(root, "received_at")), false};
  } else if (action->timing == Timing::of_receipt && webhooks == Webhooks::recorded) {
    fields.refuse(Path(root, "received_at"),
                  fmt::format("missing: nothing else tells when this {} happened", action->name));
    return {};
  }
  const auto object = fields.object(*payload_field, Path(root, "payload"));
  if (!object || !fields.ok()) return {};
  WebhookPayload payload(*object, time, fields);
  return action->parse == nullptr ? thread_begun(payload, chats) : action->parse(payload);
}

}  // namespace chatreports::ingest
