#include "ingest/write_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/json_text.h"
#include "base/overloaded.h"
#include "chat/property_digest.h"
#include "ingest/parse_chat.h"
#include "time/rfc3339.h"

namespace chatreports::ingest {
namespace {

// Writes the members of an object one after another, with commas between them.
class Members {
 public:
  explicit Members(std::string& json) : json_(json) { json_ += '{'; }
  void end() { json_ += '}'; }

  // The caller writes the value after it.
  std::string& key(std::string_view name) {
    if (!first_) json_ += ',';
    first_ = false;
    append_json_string(json_, name);
    json_ += ':';
    return json_;
  }
  void text(std::string_view name, std::string_view value) { append_json_string(key(name), value); }
  void integer(std::string_view name, std::int64_t value) {
    fmt::format_to(std::back_inserter(key(name)), "{}", value);
  }
  void time(std::string_view name, Instant at) { text(name, format_rfc3339(at)); }

 private:
  std::string& json_;
  bool first_ = true;
};

template <class Values, class Append>
void append_list(std::string& json, const Values& values, Append append) {
  json += '[';
  bool first = true;
  for (const auto& value : values) {
    if (!first) json += ',';
    first = false;
    append(value);
  }
  json += ']';
}

void append_texts(std::string& json, const std::vector<std::string>& texts) {
  append_list(json, texts, [&json](const std::string& text) { append_json_string(json, text); });
}

void append_integers(std::string& json, const std::vector<std::int64_t>& integers) {
  append_list(json, integers, [&json](std::int64_t integer) {
    fmt::format_to(std::back_inserter(json), "{}", integer);
  });
}

void append_value(std::string& json, const chat::Value& value) {
  std::visit(Overloaded{
                 [&json](bool flag) { json += flag ? "true" : "false"; },
                 [&json](std::int64_t integer) {
                   fmt::format_to(std::back_inserter(json), "{}", integer);
                 },
                 [&json](const std::string& text) { append_json_string(json, text); },
             },
             value);
}

// `properties` are ordered by namespace.
void append_properties(std::string& json, const std::vector<chat::Property>& properties) {
  Members name_spaces(json);
  for (auto at = properties.begin(); at != properties.end();) {
    name_spaces.key(at->name_space);
    Members names(json);
    const std::string& name_space = at->name_space;
    for (; at != properties.end() && at->name_space == name_space; ++at) {
      append_value(names.key(at->name), at->value);
    }
    names.end();
  }
  name_spaces.end();
}

// One field for each answer, because their order counts.
void append_answers(std::string& json, const std::vector<std::string>& answers) {
  append_list(json, answers, [&json](std::string_view answer) {
    const std::size_t colon = answer.find(':');
    Members field(json);
    field.text("id", answer.substr(0, colon));
    field.key("answer");
    Members chosen(json);
    chosen.text("id", answer.substr(colon + 1));
    chosen.end();
    field.end();
  });
}

void append_event_properties(Members& event_members, std::string& json, const chat::Event& event) {
  if (!is_automatic(event)) return;
  event_members.key("properties");
  Members name_spaces(json);
  name_spaces.key("lc2");
  Members names(json);
  if (event.automatic_welcome) names.key("welcome_message") += "true";
  // The properties of the thread say which greeting it was.
  if (event.automatic_greeting) names.key("greeting_id") += "0";
  names.end();
  name_spaces.end();
}

void append_system_message(Members& event_members, std::string& json, chat::SystemMessage message) {
  const chat::SystemMessageName name = chat::name_of(message);
  if (name.type.empty()) return;
  event_members.text("system_message_type", name.type);
  if (name.score.empty()) return;
  event_members.key("text_vars");
  Members variables(json);
  variables.text("score", name.score);
  variables.end();
}

void append_event(std::string& json, const chat::Event& event, std::string_view thread_id,
                  std::string_view customer_id) {
  Members members(json);
  if (event.key != 0) members.text("id", chat::event_id_of(thread_id, event.key));
  members.text("type", name_of(event.type));
  members.time("created_at", event.created_at);
  if (event.author == chat::AuthorKind::agent) members.text("author_id", event.agent_id);
  if (event.author == chat::AuthorKind::customer) members.text("author_id", customer_id);
  if (event.author == chat::AuthorKind::unlisted) {
    members.text("author_id", chat::author_id_of(event.author_digest));
  }
  if (!event.visible_to_customer) members.text("visibility", "agents");
  append_event_properties(members, json, event);
  append_system_message(members, json, event.system_message);
  if (event.filled_form) {
    const chat::FilledForm& form = *event.filled_form;
    if (!form.form_id.empty()) members.text("form_id", form.form_id);
    if (form.type) {
      members.text("form_type", chat::name_of(*form.type));
    }
    append_answers(members.key("fields"), form.answers);
  }
  members.end();
}

void append_achievements(Members& members, std::string_view key, std::string& json,
                         const std::vector<chat::Achievement>& achievements) {
  std::vector<chat::Achievement> update;
  std::ranges::copy_if(achievements, std::back_inserter(update), &chat::Achievement::from_chat);
  if (update.empty()) return;
  append_list(members.key(key), update, [&json](const chat::Achievement& achievement) {
    Members one(json);
    one.integer("id", achievement.id);
    if (achievement.at) one.time("at", *achievement.at);
    one.end();
  });
}

struct User {
  std::string id;
  bool is_supervisor = false;
};

// The agents, ascending, each once.
std::vector<User> users_of(const chat::ThreadRecord& thread) {
  std::vector<User> users;
  for (const std::string& id : thread.supervisors) users.push_back({id, true});
  for (const std::string& id : thread.agents) users.push_back({id, false});
  for (const std::string& id : thread.other_agents) users.push_back({id, false});
  for (const chat::Event& event : thread.events) {
    if (event.author == chat::AuthorKind::agent) users.push_back({event.agent_id, false});
  }
  // If a user is there twice, the entry from the lists comes first.
  std::ranges::stable_sort(users, {}, &User::id);
  const auto twice = std::ranges::unique(users, {}, &User::id);
  users.erase(twice.begin(), twice.end());
  return users;
}

void append_users(Members& chat_members, std::string& json, const std::vector<User>& users,
                  std::string_view customer_id, const chat::ThreadRecord& thread) {
  auto& list = chat_members.key("users");
  list += '[';
  Members customer(json);
  customer.text("id", customer_id);
  customer.text("type", "customer");
  if (thread.visit_country) {
    customer.key("visit");
    Members visit(json);
    visit.key("geolocation");
    Members geolocation(json);
    geolocation.text("country_code", thread.visit_country->code());
    geolocation.end();
    visit.end();
  }
  customer.end();
  for (const User& agent : users) {
    list += ',';
    Members user(json);
    user.text("id", agent.id);
    user.text("type", "agent");
    if (agent.is_supervisor) user.text("visibility", "agents");
    user.end();
  }
  list += ']';
}

void append_queue_and_country(Members& members, std::string& json,
                              const chat::ThreadRecord& thread) {
  if (thread.country) members.text("customer_country", thread.country->code());
  if (thread.queues_duration) members.integer("queues_duration", *thread.queues_duration);
  if (thread.queued_at.empty()) return;
  append_list(members.key("queued_at"), thread.queued_at,
              [&json](Instant at) { append_json_string(json, format_rfc3339(at)); });
}

void append(std::string& json, const chat::ChatRecord& record) {
  const chat::ThreadRecord& thread = record.thread;
  const std::vector<User> users = users_of(thread);
  // No user has this id.
  const std::string customer_id = chat::customer_id_of(thread.customer);

  Members chat(json);
  if (!record.chat_id.empty()) chat.text("id", record.chat_id);
  append_users(chat, json, users, customer_id, thread);
  append_properties(chat.key("properties"), thread.chat_properties);
  chat.key("thread");
  Members members(json);
  members.text("id", record.thread_id);
  members.time("created_at", thread.started_at);
  // An end before the start counts as one at the start; an import refuses it.
  if (thread.ended_at) members.time("ended_at", std::max(*thread.ended_at, thread.started_at));
  if (thread.is_active) members.key("active") += "true";
  append_queue_and_country(members, json, thread);
  append_texts(members.key("user_ids"), thread.agents);
  members.key("access");
  Members access(json);
  append_integers(access.key("group_ids"), thread.groups);
  access.end();
  append_texts(members.key("tags"), thread.tags);
  append_properties(members.key("properties"), thread.properties);
  append_achievements(members, "goals", json, thread.goals);
  append_achievements(members, "sales", json, thread.sales);
  append_list(members.key("events"), thread.events, [&](const chat::Event& event) {
    append_event(json, event, record.thread_id, customer_id);
  });
  members.end();
  chat.end();
}

void append(std::string& json, const chat::AgentRecord& record) {
  Members members(json);
  members.text("record", record.is_bot ? "bot" : "agent");
  members.text("id", record.id);
  if (record.name) members.text("name", *record.name);
  if (record.timezone) members.text("timezone", *record.timezone);
  if (record.groups) append_integers(members.key("groups"), *record.groups);
  members.end();
}

void append_group(Members& group, const chat::GroupRecord& record) {
  group.integer("id", record.id);
  if (record.name) group.text("name", *record.name);
}

void append(std::string& json, const chat::GroupRecord& record) {
  Members members(json);
  if (!record.members) {
    members.text("record", "group");
    append_group(members, record);
    return members.end();
  }
  // Only a webhook can list the members of a group.
  members.text("action", "group_updated");
  members.time("received_at", record.time.at);
  members.key("payload");
  Members payload(json);
  append_group(payload, record);
  payload.key("agent_priorities");
  Members priorities(json);
  for (const std::string& agent_id : *record.members) priorities.text(agent_id, "normal");
  priorities.end();
  payload.end();
  members.end();
}

void append(std::string& json, const chat::AgentStatusRecord& record) {
  Members members(json);
  members.text("record", "agent_status");
  members.text("agent_id", record.agent_id);
  members.text("status", chat::name_of(record.status));
  members.time("at", record.at);
  members.end();
}

void append(std::string& json, const chat::GreetingRecord& record) {
  Members members(json);
  members.text("record", "greeting");
  members.integer("greeting_id", record.greeting_id);
  members.text("unique_id", record.unique_id);
  members.text("event", chat::name_of(record.event));
  if (record.group_id) members.integer("group_id", *record.group_id);
  members.time("at", record.at);
  members.end();
}

void append(std::string& json, const chat::AchievementRecord& record) {
  Members members(json);
  members.text("record", chat::name_of(record.kind));
  members.text("thread_id", record.thread_id);
  members.integer("id", record.id);
  if (record.at) members.time("at", *record.at);
  members.end();
}

void append(std::string& json, const chat::QueueRecord& record) {
  Members members(json);
  members.text("record", "queue");
  members.text("thread_id", record.thread_id);
  members.time("entered_at", record.stay.entered_at);
  members.time("ended_at", record.stay.ended_at);
  members.text("outcome", record.stay.has_entered ? "entered" : "left");
  members.end();
}

void append(std::string& json, const chat::FormLabel& record) {
  Members members(json);
  members.text("record", "form_label");
  members.text("form_id", record.form_id);
  members.text("field_id", record.field_id);
  if (!record.answer_id.empty()) members.text("answer_id", record.answer_id);
  members.text("label", record.label);
  members.time("at", record.at);
  members.end();
}

// Agents' joinings and leavings, which a chat record can't contain.
void append(std::string& json, const chat::WebhookRecord& record) {
  for (const chat::Update& update : record.updates) {
    const auto* presence = std::get_if<chat::PresenceUpdate>(&update);
    if (presence == nullptr) continue;
    Members webhook(json);
    webhook.text("action", presence->has_joined ? "user_added_to_chat" : "user_removed_from_chat");
    webhook.time("received_at", record.time.at);
    webhook.key("payload");
    Members payload(json);
    payload.text("thread_id", record.thread_id);
    payload.text("user_type", "agent");
    if (presence->has_joined) {
      payload.key("user");
      Members user(json);
      user.text("id", presence->agent_id);
      if (presence->is_supervisor) user.text("visibility", "agents");
      user.end();
    } else {
      payload.text("user_id", presence->agent_id);
    }
    payload.end();
    webhook.end();
  }
}

void append(std::string& json, const chat::DigestKeyRecord& record) {
  Members members(json);
  members.text("record", "digest_key");
  members.text("key", chat::text_of(record.key));
  members.end();
}

// It is never stored.
void append(std::string& /*json*/, const chat::IgnoredWebhook& /*record*/) {}

// Another data folder fetches for itself.
void append(std::string& /*json*/, const chat::FetchState& /*record*/) {}

}  // namespace

void append_json(const chat::Record& record, std::string& json) {
  std::visit([&json](const auto& kind) { append(json, kind); }, record);
}

}  // namespace chatreports::ingest
