// Zendesk Chat's incremental exports: {"chats":[…]} and {"agent_timeline":[…]}. Source of the
// shapes: the public reference of that API, and connectors for it.

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "chat/ids.h"
#include "chat/limits.h"
#include "ingest/formats/format.h"
#include "ingest/formats/values.h"

namespace chatreports::ingest {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::string_view offline_message =
    "message that was left while nobody was there, which is no chat: type";

bool has(object from, std::string_view key) {
  return from[key].error() == simdjson::SUCCESS;
}

bool is_chat(object chat) {
  return object_in(chat, "visitor") && has(chat, "timestamp") &&
         (has(chat, "session") || has(chat, "history") || has(chat, "agent_ids"));
}

struct Agent {
  std::string id;
  std::string name;
};

// The agents who served the chat.
std::vector<Agent> agents_of(object chat) {
  std::vector<Agent> agents;
  const auto texts_of = [chat](std::string_view key) {
    std::vector<std::string> texts;
    if (const auto list = array_in(chat, key)) {
      for (const element one : *list) texts.push_back(id_of(one));
    }
    return texts;
  };
  const std::vector<std::string> ids = texts_of("agent_ids");
  const std::vector<std::string> names = texts_of("agent_names");
  for (std::size_t place = 0; place < ids.size(); ++place) {
    if (ids[place].empty()) continue;
    agents.push_back({ids[place], place < names.size() ? names[place] : std::string()});
  }
  if (const auto engagements = array_in(chat, "engagements")) {
    for (const element one : *engagements) {
      object engagement;
      if (one.get(engagement) != simdjson::SUCCESS) continue;
      // It was offered to the agent, who did not take it.
      const bool is_refused = has(engagement, "accepted") && !flag_in(engagement, "accepted");
      if (is_refused) continue;
      Agent agent{id_in(engagement, "agent_id"), std::string(text_in(engagement, "agent_name"))};
      if (!agent.id.empty()) agents.push_back(std::move(agent));
    }
  }
  std::ranges::stable_sort(agents, {}, &Agent::id);
  const auto twice = std::ranges::unique(agents, {}, &Agent::id);
  agents.erase(twice.begin(), twice.end());
  constexpr std::size_t most_agents = 1'000;
  if (agents.size() > most_agents) agents.resize(most_agents);
  return agents;
}

// Of one line of the transcript.
struct Author {
  chat::AuthorKind kind = chat::AuthorKind::nobody;
  std::string agent;
};

Author author_of(object item, const std::vector<Agent>& agents) {
  const std::string_view nick = text_in(item, "nick");
  const std::string_view sender = text_in(item, "sender_type");
  if (nick == "visitor" || nick.starts_with("visitor:") || sender == "Visitor") {
    return {chat::AuthorKind::customer, {}};
  }
  constexpr std::string_view prefix = "agent:";
  if (nick.starts_with(prefix)) {
    const std::string_view id = nick.substr(prefix.size());
    const bool is_number = !id.empty() && std::ranges::all_of(id, [](char digit) {
      return digit >= '0' && digit <= '9';
    });
    // Otherwise it is "agent:trigger".
    if (is_number && id.size() <= chat::max_id_bytes) {
      return {chat::AuthorKind::agent, std::string(id)};
    }
    return {};
  }
  const std::string_view name = text_in(item, "name");
  const auto found = std::ranges::find_if(
      agents, [name](const Agent& agent) { return !name.empty() && agent.name == name; });
  if (found != agents.end()) return {chat::AuthorKind::agent, found->id};
  return {};
}

// Comings and goings of agents are webhooks of the thread.
void add_presence(object item, const Author& author, Instant at, const std::string& thread_id,
                  std::vector<chat::Record>& presences) {
  const std::string_view type = text_in(item, "type");
  const bool has_joined = type == "chat.memberjoin";
  if (author.kind != chat::AuthorKind::agent || (!has_joined && type != "chat.memberleave")) return;
  if (presences.size() == chat::max_elements) return;
  presences.emplace_back(
      chat::WebhookRecord{.thread_id = thread_id,
                          .updates = {chat::PresenceUpdate{author.agent, has_joined}},
                          .time = {at, false}});
}

void add_history(object chat, const std::vector<Agent>& agents, chat::ChatRecord& record,
                 std::vector<chat::Record>& presences) {
  const auto history = array_in(chat, "history");
  if (!history) return;
  std::uint64_t number = 0;
  for (const element one : *history) {
    object item;
    if (one.get(item) != simdjson::SUCCESS) continue;
    ++number;
    const auto at = time_in(item, "timestamp");
    if (!at || record.thread.events.size() == chat::max_events) continue;
    const Author author = author_of(item, agents);
    const bool is_file = text_in(item, "type") == "chat.file";
    if (!is_file && !has(item, "msg")) {
      add_presence(item, author, *at, record.thread_id, presences);
      continue;
    }
    chat::Event event;
    event.key = number;
    event.created_at = *at;
    event.type = is_file ? chat::EventType::file : chat::EventType::message;
    event.author = author.kind;
    event.agent_id = author.agent;
    // What a trigger says is no message of a person.
    event.automatic_welcome = author.kind == chat::AuthorKind::nobody;
    record.thread.events.push_back(std::move(event));
  }
}

void read_chat(object chat, FieldReader& fields, const TakeRecord& take) {
  const Path root;
  element type;
  if (text_in(chat, "type") == "offline_msg" && chat["type"].get(type) == simdjson::SUCCESS) {
    return fields.warn(offline_message, type);
  }
  chat::ChatRecord record;
  record.thread_id = id_in(chat, "id");
  if (record.thread_id.empty()) return fields.refuse(Path(root, "id"), "missing");
  const auto started_at = time_in(chat, "timestamp");
  if (!started_at) return fields.refuse(Path(root, "timestamp"), "not an RFC 3339 time");
  chat::ThreadRecord& thread = record.thread;
  thread.from_chat_record = true;
  thread.started_at = *started_at;
  if (const auto end = time_in(chat, "end_timestamp")) {
    thread.ended_at = std::max(*end, *started_at);
  } else if (const auto duration = seconds_in(chat, "duration")) {
    thread.ended_at = std::min(*started_at + *duration, latest_instant);
  }
  const std::vector<Agent> agents = agents_of(chat);
  for (const Agent& agent : agents) thread.agents.push_back(agent.id);
  if (const auto department = integer_in(chat, "department_id")) thread.groups = {*department};
  if (const auto tags = array_in(chat, "tags")) {
    for (const element tag : *tags) {
      std::string_view text;
      if (tag.get(text) == simdjson::SUCCESS) thread.tags.emplace_back(text);
    }
    sort_tags(thread.tags);
  }
  const std::string_view rating = text_in(chat, "rating");
  if (rating == "good" || rating == "bad") {
    add_rating(thread, rating == "good", text_in(chat, "comment"));
  }
  if (const auto visitor = object_in(chat, "visitor")) {
    const std::string customer = id_in(*visitor, "id");
    if (!customer.empty()) thread.customer = chat::customer_digest(customer);
  }
  if (const auto session = object_in(chat, "session")) {
    const std::string_view country = text_in(*session, "country_code");
    if (!country.empty()) thread.visit_country = chat::country_of(country);
  }
  std::vector<chat::Record> presences;
  add_history(chat, agents, record, presences);
  add_authors(thread);
  // The customer left while nobody had answered.
  const bool has_agent =
      !presences.empty() || std::ranges::find(thread.events, chat::AuthorKind::agent,
                                              &chat::Event::author) != thread.events.end();
  const bool has_left = flag_in(chat, "dropped") && thread.ended_at && !has_agent;
  const chat::QueueRecord queue{record.thread_id,
                                {*started_at, thread.ended_at.value_or(*started_at), false}};
  take(std::move(record));
  if (has_left) take(queue);
  for (chat::Record& presence : presences) take(std::move(presence));
}

bool is_span(object span) {
  return has(span, "agent_id") && has(span, "start_time") && has(span, "duration") &&
         has(span, "status");
}

void read_span(object span, FieldReader& fields, const TakeRecord& take) {
  const Path root;
  const std::string agent = id_in(span, "agent_id");
  if (agent.empty()) return fields.refuse(Path(root, "agent_id"), "not an id");
  const auto from = time_in(span, "start_time");
  if (!from) return fields.refuse(Path(root, "start_time"), "not an RFC 3339 time");
  const auto duration = seconds_in(span, "duration");
  if (!duration) return fields.refuse(Path(root, "duration"), "not a number of seconds");
  const std::string_view status = text_in(span, "status");
  const chat::AgentStatus is = status == "online" ? chat::AgentStatus::accepting_chats
                               : status == "away" ? chat::AgentStatus::not_accepting_chats
                                                  : chat::AgentStatus::offline;
  take(chat::AgentStatusRecord{agent, is, *from});
  // After a span comes another one, or nobody was there. The duration is rounded, and some programs
  // cut the beginning to a second: the end may seem to be beyond the beginning of the next.
  const bool is_cut = from->time_since_epoch() % std::chrono::seconds(1) == Duration(0);
  const Duration rounding = is_cut ? std::chrono::seconds(1) : std::chrono::milliseconds(1);
  if (*duration > rounding && is != chat::AgentStatus::offline) {
    const Instant end = std::min(*from + *duration - rounding, latest_instant);
    take(chat::AgentStatusRecord{agent, chat::AgentStatus::offline, end});
  }
}

}  // namespace

const Format zendesk_chat = {
    .name = "zendesk-chat",
    .title = "Zendesk Chat",
    .lacks = "surveys, goals, greetings, and queues of chats that an agent answered",
    .is_one = is_chat,
    .read = read_chat};

const Format zendesk_agent_timeline = {.name = "zendesk-agent-timeline",
                                       .title = "Zendesk Chat's agent timeline",
                                       .lacks = "names and departments of agents",
                                       .is_one = is_span,
                                       .read = read_span};

}  // namespace chatreports::ingest
