#include "ingest/parse_webhook.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "ingest/parse_own_record.h"

namespace chatreports::ingest {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;
using Field = std::optional<element>;
using Take = std::function<void(chat::Record)>;

// The first of these keys that is there and not null.
Field field_of(object from, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    element value;
    if (from[key].get(value) == simdjson::SUCCESS && !value.is_null()) return value;
  }
  return {};
}

// Reads a webhook of one action. Payloads are small, so fields are looked for one by one.
class Webhook {
 public:
  Webhook(object payload, chat::ToldAt told_at, ChatParser& chats, FieldReader& fields)
      : payload_(payload), told_at_(told_at), chats_(chats), fields_(fields) {}

  void begin_thread(const Take& take) {
    const auto chat = object_at("chat");
    if (!chat) return;
    chat::ChatRecord record;
    chats_.parse(*chat, Path(at_, "chat"), fields_, record);
    chat::WebhookRecord webhook{std::move(record.thread_id),
                                std::move(record.chat_id),
                                std::move(record.thread),
                                {},
                                told_at_,
                                std::move(record.labels)};
    hand_over(std::move(webhook), take);
  }

  void tell_event(bool is_update, const Take& take) {
    chat::WebhookRecord webhook = of_thread();
    const auto event = object_at("event");
    if (!event || !fields_.ok()) return;
    ParsedEvent parsed = parse_event(*event, webhook.thread_id, Path(at_, "event"), fields_);
    if (webhook.thread_id.empty()) webhook.event_id = parsed.id;
    webhook.operations.emplace_back(chat::EventTold{std::move(parsed.event),
                                                    chat::author_digest(parsed.author_id),
                                                    chat::event_order(parsed.id), is_update});
    webhook.labels = std::move(parsed.labels);
    hand_over(std::move(webhook), take);
  }

  void end_thread(const Take& take) { tell(of_thread(), chat::EndTold{}, take); }

  void tag(bool is_there, const Take& take) {
    chat::TagTold told{text("tag", chat::max_tag_bytes), is_there};
    tell(of_thread(), std::move(told), take);
  }

  enum class Access { set, granted, revoked };

  // Older versions name a resource, which may be a thread.
  void tell_access(Access what, const Take& take) {
    chat::WebhookRecord webhook;
    webhook.told_at = told_at_;
    if (is(payload_, "resource", "thread")) {
      webhook.thread_id = id({"id"});
    } else {
      webhook.chat_id = chat_id({"id", "chat_id"});
      if (webhook.chat_id.empty()) fields_.refuse(Path(at_, "id"), "missing");
    }
    const Field access = field_of(payload_, {"access"});
    if (!access) {
      fields_.refuse(Path(at_, "access"), "missing");
      return;
    }
    auto groups = parse_access(*access, Path(at_, "access"), fields_);
    if (!groups) return hand_over(std::move(webhook), take);
    if (what == Access::set) {
      const chat::Layer layer = layer_of(webhook);
      return tell(std::move(webhook), chat::GroupsTold{layer, *std::move(groups)}, take);
    }
    for (const std::int64_t group : *groups) {
      webhook.operations.emplace_back(chat::GroupTold{group, what == Access::granted});
    }
    hand_over(std::move(webhook), take);
  }

  // Transferred to an agent alone, the groups stay.
  // A chat that is not active is transferred without a thread.
  void transfer(const Take& take) {
    chat::WebhookRecord webhook = of_thread();
    if (const auto queued_at = queue_time()) {
      webhook.operations.emplace_back(chat::QueuedTold{*queued_at});
    }
    const Field target = field_of(payload_, {"transferred_to"});
    std::optional<std::vector<std::int64_t>> groups;
    if (target) groups = parse_access(*target, Path(at_, "transferred_to"), fields_);
    if (!groups || groups->empty()) return hand_over(std::move(webhook), take);
    const chat::Layer layer = layer_of(webhook);
    tell(std::move(webhook), chat::GroupsTold{layer, *std::move(groups)}, take);
  }

  void add_user(const Take& take) {
    const auto user = object_at("user");
    if (!user) return;
    Field type = field_of(payload_, {"user_type"});
    if (!type) type = field_of(*user, {"type"});
    chat::PresenceTold presence{id(*user, Path(at_, "user"), {"id"}), true,
                                is(*user, "visibility", "agents")};
    tell_presence(type, std::move(presence), take);
  }

  // LiveChat's text has `user_type` and its sample leaves it out.
  void remove_user(const Take& take) {
    tell_presence(field_of(payload_, {"user_type"}), {id({"user_id"}), false}, take);
  }

  void update_properties(chat::Layer layer, const Take& take) {
    chat::WebhookRecord webhook = layer == chat::Layer::chat ? of_chat() : of_thread();
    for (chat::Property& property : properties()) {
      webhook.operations.emplace_back(chat::PropertyTold{layer, std::move(property.name_space),
                                                         std::move(property.name),
                                                         std::move(property.value)});
    }
    hand_over(std::move(webhook), take);
  }

  void delete_properties(chat::Layer layer, const Take& take) {
    chat::WebhookRecord webhook = layer == chat::Layer::chat ? of_chat() : of_thread();
    for (auto& [name_space, name] : deleted_properties()) {
      webhook.operations.emplace_back(
          chat::PropertyTold{layer, std::move(name_space), std::move(name), {}});
    }
    hand_over(std::move(webhook), take);
  }

  void update_event_properties(const Take& take) {
    chat::WebhookRecord webhook = of_thread();
    const std::uint64_t event = event_key(webhook);
    for (chat::Property& property : properties()) {
      if (property.name_space != "lc2") continue;
      if (property.name == "welcome_message") {
        webhook.operations.emplace_back(chat::EventPropertyTold{
            event, chat::EventProperty::welcome_message, std::move(property.value)});
      } else if (property.name == "greeting_id") {
        webhook.operations.emplace_back(chat::EventPropertyTold{
            event, chat::EventProperty::greeting_id, std::move(property.value)});
      } else if (property.name == "form_type" &&
                 std::holds_alternative<std::string>(property.value)) {
        webhook.operations.emplace_back(chat::EventPropertyTold{
            event, chat::EventProperty::form_type, std::move(property.value)});
      }
    }
    hand_over(std::move(webhook), take);
  }

  void delete_event_properties(const Take& take) {
    chat::WebhookRecord webhook = of_thread();
    const std::uint64_t event = event_key(webhook);
    for (const auto& [name_space, name] : deleted_properties()) {
      if (name_space != "lc2" || (name != "welcome_message" && name != "greeting_id")) continue;
      webhook.operations.emplace_back(
          chat::EventPropertyTold{event,
                                  name == "greeting_id" ? chat::EventProperty::greeting_id
                                                        : chat::EventProperty::welcome_message,
                                  {}});
    }
    hand_over(std::move(webhook), take);
  }

  void set_status(const Take& take) {
    chat::AgentStatusRecord status;
    status.agent_id = id({"agent_id"});
    status.status =
        parse_agent_status(field_of(payload_, {"status"}), Path(at_, "status"), fields_);
    status.at = told_at_.at;
    status.is_receipt = told_at_.is_receipt;
    if (fields_.ok()) take(std::move(status));
  }

  void tell_agent(chat::AgentTold told, bool is_bot, const Take& take) {
    chat::AgentRecord agent;
    agent.id = id({"id", "agent_id"});
    agent.told = told;
    agent.told_at = told_at_;
    agent.is_bot = is_bot || chat::is_bot_id(agent.id);
    if (told == chat::AgentTold::created || told == chat::AgentTold::updated) {
      agent.name = optional_text("name", chat::max_tag_bytes);
      agent.timezone = optional_text("timezone", chat::max_id_bytes);
      agent.groups = agent_groups();
    }
    if (fields_.ok()) take(std::move(agent));
  }

  void tell_group(const Take& take) {
    chat::GroupRecord group;
    const Field group_id = field_of(payload_, {"id"});
    if (group_id) {
      group.id = fields_.integer(*group_id, Path(at_, "id"));
    } else {
      fields_.refuse(Path(at_, "id"), "missing");
    }
    group.name = optional_text("name", chat::max_tag_bytes);
    group.members = members();
    if (group.members) group.told_at = told_at_;
    if (fields_.ok()) take(std::move(group));
  }

 private:
  std::optional<object> object_at(std::string_view key) {
    const Field value = field_of(payload_, {key});
    if (value) return fields_.object(*value, Path(at_, key));
    fields_.refuse(Path(at_, key), "missing");
    return {};
  }

  std::string id(std::initializer_list<std::string_view> keys) { return id(payload_, at_, keys); }
  std::string id(object from, const Path& path, std::initializer_list<std::string_view> keys) {
    const Path here(path, *keys.begin());
    const Field value = field_of(from, keys);
    if (value) return std::string(fields_.id(*value, here));
    fields_.refuse(here, "missing");
    return {};
  }

  // An empty id names nothing.
  static bool is_empty(element value) {
    std::string_view text;
    return value.get(text) == simdjson::SUCCESS && text.empty();
  }

  // Empty where it is not there.
  std::string chat_id(std::initializer_list<std::string_view> keys) {
    const Field value = field_of(payload_, keys);
    if (!value || is_empty(*value)) return {};
    return std::string(fields_.id(*value, Path(at_, *keys.begin())));
  }

  // LiveChat's texts name it in two ways.
  std::optional<Instant> queue_time() {
    object queue;
    const Field value = field_of(payload_, {"queue"});
    if (!value || value->get(queue) != simdjson::SUCCESS) return {};
    const Field time = field_of(queue, {"queued_at", "queued_at_us"});
    if (!time) return {};
    const Path at_queue(at_, "queue");
    return fields_.time(*time, Path(at_queue, "queued_at"));
  }

  std::string text(std::string_view key, std::size_t max_bytes) {
    const Field value = field_of(payload_, {key});
    if (value) return std::string(fields_.text(*value, Path(at_, key), max_bytes));
    fields_.refuse(Path(at_, key), "missing");
    return {};
  }

  std::optional<std::string> optional_text(std::string_view key, std::size_t max_bytes) {
    if (!field_of(payload_, {key})) return {};
    return text(key, max_bytes);
  }

  // Where it names no thread: of that thread of the chat that was running then.
  chat::WebhookRecord of_thread() {
    chat::WebhookRecord webhook;
    webhook.chat_id = chat_id({"chat_id"});
    webhook.told_at = told_at_;
    const Field thread = field_of(payload_, {"thread_id"});
    if (thread && !is_empty(*thread)) {
      webhook.thread_id = fields_.id(*thread, Path(at_, "thread_id"));
    } else if (webhook.chat_id.empty()) {
      fields_.refuse(Path(at_, "thread_id"), "missing");
    }
    return webhook;
  }

  static chat::Layer layer_of(const chat::WebhookRecord& webhook) {
    return webhook.thread_id.empty() ? chat::Layer::chat : chat::Layer::thread;
  }

  chat::WebhookRecord of_chat() {
    chat::WebhookRecord webhook;
    webhook.chat_id = chat_id({"chat_id"});
    webhook.told_at = told_at_;
    if (webhook.chat_id.empty()) fields_.refuse(Path(at_, "chat_id"), "missing");
    return webhook;
  }

  std::uint64_t event_key(chat::WebhookRecord& webhook) {
    const std::string event_id = id({"event_id"});
    if (webhook.thread_id.empty()) webhook.event_id = event_id;
    return chat::event_key(webhook.thread_id, event_id);
  }

  static bool is(element value, std::string_view text) {
    std::string_view found;
    return value.get(found) == simdjson::SUCCESS && found == text;
  }
  static bool is(object from, std::string_view key, std::string_view text) {
    const Field value = field_of(from, {key});
    return value && is(*value, text);
  }

  // Who is no agent has no interval in any figure.
  void tell_presence(const Field& user_type, chat::PresenceTold presence, const Take& take) {
    chat::WebhookRecord webhook = of_thread();
    if (!user_type || is(*user_type, "")) {
      const std::uint64_t user = chat::author_digest(presence.agent_id);
      return tell(std::move(webhook), chat::UserPresenceTold{user, presence.has_joined}, take);
    }
    if (!is(*user_type, "agent")) return hand_over(std::move(webhook), take);
    tell(std::move(webhook), std::move(presence), take);
  }

  std::vector<chat::Property> properties() {
    const Field value = field_of(payload_, {"properties"});
    if (value) return parse_properties(*value, Path(at_, "properties"), fields_);
    fields_.refuse(Path(at_, "properties"), "missing");
    return {};
  }

  // {"<namespace>":["<name>", …]}
  std::vector<std::pair<std::string, std::string>> deleted_properties() {
    std::vector<std::pair<std::string, std::string>> deleted;
    const auto name_spaces = object_at("properties");
    if (!name_spaces) return deleted;
    const Path here(at_, "properties");
    for (const auto& [name_space, value] : *name_spaces) {
      if (value.is_null()) continue;
      const Path at_name_space(here, name_space);
      if (name_space.size() > chat::max_tag_bytes) {
        fields_.refuse(at_name_space, fmt::format("longer than {} bytes", chat::max_tag_bytes));
      }
      const auto names = fields_.array(value, at_name_space);
      if (!names) return {};
      std::size_t index = 0;
      for (const element name : *names) {
        deleted.emplace_back(name_space,
                             fields_.text(name, Path(at_name_space, index++), chat::max_tag_bytes));
        if (!fields_.ok()) return {};
      }
      if (deleted.size() > chat::max_elements) {
        fields_.refuse(here, fmt::format("more than {} elements", chat::max_elements));
        return {};
      }
    }
    return deleted;
  }

  // {"<agent id>":"<priority>", …}
  std::optional<std::vector<std::string>> members() {
    const Field value = field_of(payload_, {"agent_priorities"});
    if (!value) return {};
    const Path here(at_, "agent_priorities");
    const auto priorities = fields_.object(*value, here);
    if (!priorities) return {};
    std::vector<std::string> members;
    for (const auto& [agent_id, priority] : *priorities) {
      if (agent_id.empty() || agent_id.size() > chat::max_id_bytes) {
        fields_.refuse(Path(here, agent_id),
                       fmt::format("an agent's id has 1 to {} bytes", chat::max_id_bytes));
      }
      members.emplace_back(agent_id);
    }
    if (members.size() > chat::max_elements) {
      fields_.refuse(here, fmt::format("more than {} elements", chat::max_elements));
    }
    std::ranges::sort(members);
    members.erase(std::unique(members.begin(), members.end()), members.end());
    return members;
  }

  // [{"id":1,"priority":"normal"}, …], or the ids alone.
  std::optional<std::vector<std::int64_t>> agent_groups() {
    const Field value = field_of(payload_, {"groups", "group_ids"});
    if (!value) return {};
    const Path here(at_, "groups");
    const auto elements = fields_.array(*value, here);
    if (!elements) return {};
    std::vector<std::int64_t> groups;
    std::size_t index = 0;
    for (const element group : *elements) {
      const Path at_group(here, index++);
      object named;
      if (group.get(named) == simdjson::SUCCESS) {
        const Field group_id = field_of(named, {"id"});
        if (group_id) {
          groups.push_back(fields_.integer(*group_id, Path(at_group, "id")));
        } else {
          fields_.refuse(Path(at_group, "id"), "missing");
        }
      } else {
        groups.push_back(fields_.integer(group, at_group));
      }
      if (!fields_.ok()) return {};
    }
    std::ranges::sort(groups);
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    return groups;
  }

  void tell(chat::WebhookRecord webhook, chat::Operation operation, const Take& take) {
    webhook.operations.push_back(std::move(operation));
    hand_over(std::move(webhook), take);
  }

  void hand_over(chat::WebhookRecord webhook, const Take& take) {
    if (fields_.ok()) take(std::move(webhook));
  }

  const Path root_;
  const Path at_{root_, "payload"};
  const object payload_;
  const chat::ToldAt told_at_;
  ChatParser& chats_;
  FieldReader& fields_;
};

struct Action {
  std::string_view name;
  std::string_view older_name;  // of earlier versions of the API
  bool needs_time;              // what it tells happens when it is received, and at no other time
  void (*tell)(Webhook& webhook, const Take& take);
};

constexpr std::array actions = {
    Action{"incoming_event", "", false, [](Webhook& w, const Take& t) { w.tell_event(false, t); }},
    Action{"incoming_chat", "incoming_chat_thread", false,
           [](Webhook& w, const Take& t) { w.begin_thread(t); }},
    Action{"event_updated", "", false, [](Webhook& w, const Take& t) { w.tell_event(true, t); }},
    Action{"chat_deactivated", "thread_closed", true,
           [](Webhook& w, const Take& t) { w.end_thread(t); }},
    Action{"chat_access_updated", "access_set", false,
           [](Webhook& w, const Take& t) { w.tell_access(Webhook::Access::set, t); }},
    Action{"chat_access_granted", "access_granted", false,
           [](Webhook& w, const Take& t) { w.tell_access(Webhook::Access::granted, t); }},
    Action{"chat_access_revoked", "access_revoked", false,
           [](Webhook& w, const Take& t) { w.tell_access(Webhook::Access::revoked, t); }},
    Action{"chat_transferred", "", false, [](Webhook& w, const Take& t) { w.transfer(t); }},
    Action{"user_added_to_chat", "chat_user_added", true,
           [](Webhook& w, const Take& t) { w.add_user(t); }},
    Action{"user_removed_from_chat", "chat_user_removed", true,
           [](Webhook& w, const Take& t) { w.remove_user(t); }},
    Action{"chat_properties_updated", "", false,
           [](Webhook& w, const Take& t) { w.update_properties(chat::Layer::chat, t); }},
    Action{"chat_properties_deleted", "", false,
           [](Webhook& w, const Take& t) { w.delete_properties(chat::Layer::chat, t); }},
    Action{"thread_properties_updated", "chat_thread_properties_updated", false,
           [](Webhook& w, const Take& t) { w.update_properties(chat::Layer::thread, t); }},
    Action{"thread_properties_deleted", "chat_thread_properties_deleted", false,
           [](Webhook& w, const Take& t) { w.delete_properties(chat::Layer::thread, t); }},
    Action{"event_properties_updated", "", false,
           [](Webhook& w, const Take& t) { w.update_event_properties(t); }},
    Action{"event_properties_deleted", "", false,
           [](Webhook& w, const Take& t) { w.delete_event_properties(t); }},
    Action{"thread_tagged", "chat_thread_tagged", false,
           [](Webhook& w, const Take& t) { w.tag(true, t); }},
    Action{"thread_untagged", "chat_thread_untagged", false,
           [](Webhook& w, const Take& t) { w.tag(false, t); }},
    Action{"routing_status_set", "agent_status_changed", true,
           [](Webhook& w, const Take& t) { w.set_status(t); }},
    Action{"agent_created", "", false,
           [](Webhook& w, const Take& t) { w.tell_agent(chat::AgentTold::created, false, t); }},
    Action{"agent_updated", "", false,
           [](Webhook& w, const Take& t) { w.tell_agent(chat::AgentTold::updated, false, t); }},
    Action{"agent_deleted", "", true,
           [](Webhook& w, const Take& t) { w.tell_agent(chat::AgentTold::deleted, false, t); }},
    Action{"bot_created", "", false,
           [](Webhook& w, const Take& t) { w.tell_agent(chat::AgentTold::created, true, t); }},
    Action{"bot_updated", "", false,
           [](Webhook& w, const Take& t) { w.tell_agent(chat::AgentTold::updated, true, t); }},
    Action{"bot_deleted", "", true,
           [](Webhook& w, const Take& t) { w.tell_agent(chat::AgentTold::deleted, true, t); }},
    Action{"agent_suspended", "", true,
           [](Webhook& w, const Take& t) { w.tell_agent(chat::AgentTold::suspended, false, t); }},
    // The next status that is set counts again; until then nothing has changed.
    Action{"agent_unsuspended", "", false,
           [](Webhook& w, const Take& t) { w.tell_agent(chat::AgentTold::named, false, t); }},
    Action{"group_created", "", false, [](Webhook& w, const Take& t) { w.tell_group(t); }},
    Action{"group_updated", "", false, [](Webhook& w, const Take& t) { w.tell_group(t); }},
    // Its chats were, and stay, chats of that group.
    Action{"group_deleted", "", false, [](Webhook& w, const Take& t) { w.tell_group(t); }},
};

}  // namespace

void parse_webhook(object webhook, Webhooks webhooks, ChatParser& chats, FieldReader& fields,
                   const Take& take) {
  const Path root;
  const Field action_field = field_of(webhook, {"action"});
  const Field payload_field = field_of(webhook, {"payload"});
  if (!action_field) fields.refuse(Path(root, "action"), "missing");
  if (!payload_field) fields.refuse(Path(root, "payload"), "missing");
  if (!fields.ok()) return;
  const std::string_view name = fields.text(*action_field, Path(root, "action"));
  if (!fields.ok()) return;
  const auto* const action = std::ranges::find_if(actions, [name](const Action& known) {
    return name == known.name || (name == known.older_name && !name.empty());
  });
  if (action == actions.end()) {
    take(chat::IgnoredWebhook{std::string(name.substr(0, chat::max_id_bytes))});
    return;
  }
  chat::ToldAt told_at{{}, true};
  if (const Field received_at = field_of(webhook, {"received_at"})) {
    told_at = {fields.time(*received_at, Path(root, "received_at")), false};
  } else if (action->needs_time && webhooks == Webhooks::recorded) {
    fields.refuse(Path(root, "received_at"),
                  fmt::format("missing: nothing else tells when this {} happened", action->name));
    return;
  }
  const auto payload = fields.object(*payload_field, Path(root, "payload"));
  if (!payload || !fields.ok()) return;
  Webhook told(*payload, told_at, chats, fields);
  action->tell(told, take);
}

}  // namespace chatreports::ingest
