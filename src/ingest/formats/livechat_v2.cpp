// Chats of LiveChat's REST API, version 2: {"chats":[…],"total":…,"pages":…}. Source of the shapes:
// the public reference of that API.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "chat/ids.h"
#include "chat/limits.h"
#include "ingest/formats/format.h"
#include "ingest/formats/values.h"

namespace chatreports::ingest {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::string_view left_after_hours =
    "message that was left after hours, which is no chat: type";

bool is_one(object chat) {
  if (chat["started_timestamp"].error() == simdjson::SUCCESS) return true;
  return text_in(chat, "type") == "missed_chat" && object_in(chat, "visitor");
}

std::vector<std::string> emails_of(object chat, std::string_view key) {
  std::vector<std::string> emails;
  const auto list = array_in(chat, key);
  if (!list) return emails;
  for (const element one : *list) {
    object agent;
    if (one.get(agent) != simdjson::SUCCESS) continue;
    std::string email = id_in(agent, "email");
    if (!email.empty()) emails.push_back(std::move(email));
  }
  std::ranges::sort(emails);
  const auto twice = std::ranges::unique(emails);
  emails.erase(twice.begin(), twice.end());
  return emails;
}

chat::EventType type_of(std::string_view type) {
  if (type.empty() || type == "message") return chat::EventType::message;
  return type == "attachment" ? chat::EventType::file : chat::EventType::system_message;
}

void add_events(object chat, chat::ChatRecord& record) {
  auto list = array_in(chat, "events");
  if (!list) list = array_in(chat, "messages");
  if (!list) return;
  std::uint64_t number = 0;
  for (const element one : *list) {
    object from;
    if (one.get(from) != simdjson::SUCCESS) continue;
    const auto at = time_in(from, "timestamp");
    if (!at || record.thread.events.size() == chat::max_events) continue;
    chat::Event event;
    event.key = ++number;
    event.created_at = *at;
    event.type = type_of(text_in(from, "type"));
    const std::string_view user = text_in(from, "user_type");
    const std::string agent = id_in(from, "agent_id");
    if (user == "visitor") {
      event.author = chat::AuthorKind::customer;
    } else if ((user == "agent" || user == "supervisor") && !agent.empty()) {
      event.author = chat::AuthorKind::agent;
      event.agent_id = agent;
    }
    event.visible_to_customer = user != "supervisor";
    if (text_in(from, "event_type") == "closed") {
      event.system_message = chat::SystemMessage::closing;
    }
    record.thread.events.push_back(std::move(event));
  }
}

void add_goals(object chat, chat::ThreadRecord& thread) {
  auto list = array_in(chat, "goals");
  if (!list) list = array_in(chat, "goal");
  if (!list) return;
  for (const element one : *list) {
    object goal;
    if (one.get(goal) != simdjson::SUCCESS) continue;
    const auto id = integer_in(goal, "id");
    if (!id || thread.goals.size() == chat::max_elements) continue;
    thread.goals.push_back({*id, time_in(goal, "timestamp"), true});
  }
  std::ranges::stable_sort(thread.goals, {}, &chat::Achievement::id);
  const auto twice = std::ranges::unique(thread.goals, {}, &chat::Achievement::id);
  thread.goals.erase(twice.begin(), twice.end());
}

// Its answers have no ids, so the form counts as a whole.
void add_survey(object chat, std::string_view key, chat::SurveyType type, Instant at,
                chat::ThreadRecord& thread) {
  const auto list = array_in(chat, key);
  if (!list || list->size() == 0) return;
  chat::Event event;
  event.type = chat::EventType::filled_form;
  event.author = chat::AuthorKind::customer;
  event.created_at = at;
  event.key = chat::event_key(at, event.type, key);
  event.filled_form = chat::FilledForm{std::string(key), type, {}};
  thread.events.push_back(std::move(event));
}

void read(object chat, FieldReader& fields, const TakeRecord& take) {
  const Path root;
  element type;
  if (text_in(chat, "type") == "missed_chat" && chat["type"].get(type) == simdjson::SUCCESS) {
    return fields.warn(left_after_hours, type);
  }
  chat::ChatRecord record;
  record.thread_id = id_in(chat, "id");
  if (record.thread_id.empty()) return fields.refuse(Path(root, "id"), "missing");
  const auto started_at = time_in(chat, "started_timestamp");
  if (!started_at) {
    return fields.refuse(Path(root, "started_timestamp"), "not seconds since 1970");
  }
  chat::ThreadRecord& thread = record.thread;
  thread.from_chat_record = true;
  thread.started_at = *started_at;
  thread.is_active = flag_in(chat, "pending");
  if (const auto ended_at = time_in(chat, "ended_timestamp"); ended_at && !thread.is_active) {
    thread.ended_at = std::max(*ended_at, *started_at);
  }
  thread.agents = emails_of(chat, "agents");
  std::ranges::set_difference(emails_of(chat, "supervisors"), thread.agents,
                              std::back_inserter(thread.supervisors));
  if (const auto visitor = object_in(chat, "visitor")) {
    const std::string customer = id_in(*visitor, "id");
    if (!customer.empty()) thread.customer = chat::customer_digest(customer);
    const std::string_view country = text_in(*visitor, "country_code");
    if (!country.empty()) thread.visit_country = chat::country_of(country);
  }
  element groups;
  if (chat["group"].get(groups) == simdjson::SUCCESS && groups.is_array()) {
    thread.groups = fields.integer_set(groups, Path(root, "group"));
    if (!fields.ok()) return;
  }
  if (const auto tags = array_in(chat, "tags")) {
    for (const element tag : *tags) {
      std::string_view text;
      if (tag.get(text) == simdjson::SUCCESS) thread.tags.emplace_back(text);
    }
    sort_tags(thread.tags);
  }
  const std::string_view rate = text_in(chat, "rate");
  if (rate == "rated_good" || rate == "rated_bad") add_rating(thread, rate == "rated_good", {});
  if (const auto queue = object_in(chat, "queue")) {
    const auto seconds = integer_in(*queue, "duration");
    constexpr std::int64_t most = 31'536'000'000;
    if (seconds && *seconds >= 0 && *seconds <= most) thread.queues_duration = seconds;
  }
  add_goals(chat, thread);
  add_survey(chat, "prechat_survey", chat::SurveyType::pre_chat, *started_at, thread);
  add_events(chat, record);
  add_authors(thread);
  add_survey(chat, "postchat_survey", chat::SurveyType::post_chat,
             thread.ended_at.value_or(*started_at), thread);
  take(std::move(record));
}

}  // namespace

const Format livechat_v2 = {
    .name = "livechat-v2",
    .title = "LiveChat's REST API, version 2",
    .lacks = "answers of surveys, comments of ratings, transfers, and how long agents were there",
    .is_one = is_one,
    .read = read};

}  // namespace chatreports::ingest
