#include "ingest/parse_chat.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "chat/merge.h"
#include "ingest/parse_event.h"
#include "ingest/parse_properties.h"

namespace chatreports::ingest {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

struct ChatFields {
  OptionalElement id, users, properties, access;
};

struct ThreadFields {
  OptionalElement id, created_at, timestamp, ended_at, user_ids, events, tags, access, properties,
      goals, sales, active, queues_duration, queue, queued_at, customer_country, customer_visit,
      restricted_access;
};

// In seconds: from the earliest instant to the latest.
constexpr std::int64_t longest_queues_duration =
    (unix_microseconds(latest_instant) - unix_microseconds(earliest_instant)) /
    microseconds_per_second;

constexpr std::string_view unknown_user_type =
    "user who is neither an agent nor a customer, and counts as a customer: type";
constexpr std::string_view unknown_country =
    "country that is not two letters (ISO 3166-1 alpha-2), so it is unknown: code";

// Walks over the object once and compares each key: to ask an object for a key takes a walk each
// time.
ChatFields fields_of_chat(object chat) {
  ChatFields found;
  for (const auto& [key, value] : chat) {
    if (value.is_null()) continue;
    if (key == "id") {
      found.id = value;
    } else if (key == "users") {
      found.users = value;
    } else if (key == "properties") {
      found.properties = value;
    } else if (key == "access") {
      found.access = value;
    }
  }
  return found;
}

ThreadFields fields_of_thread(object thread) {
  ThreadFields found;
  for (const auto& [key, value] : thread) {
    if (value.is_null()) continue;
    if (key == "id") {
      found.id = value;
    } else if (key == "created_at") {
      found.created_at = value;
    } else if (key == "timestamp") {
      found.timestamp = value;
    } else if (key == "ended_at") {
      found.ended_at = value;
    } else if (key == "user_ids") {
      found.user_ids = value;
    } else if (key == "events") {
      found.events = value;
    } else if (key == "tags") {
      found.tags = value;
    } else if (key == "access") {
      found.access = value;
    } else if (key == "properties") {
      found.properties = value;
    } else if (key == "goals") {
      found.goals = value;
    } else if (key == "sales") {
      found.sales = value;
    } else if (key == "active") {
      found.active = value;
    } else if (key == "queues_duration") {
      found.queues_duration = value;
    } else if (key == "queue") {
      found.queue = value;
    } else if (key == "queued_at") {
      found.queued_at = value;
    } else if (key == "customer_country") {
      found.customer_country = value;
    } else if (key == "customer_visit") {
      found.customer_visit = value;
    } else if (key == "restricted_access") {
      found.restricted_access = value;
    }
  }
  return found;
}

std::vector<std::string> read_tags(element tags, const Path& path, FieldReader& fields) {
  std::vector<std::string> read;
  const auto elements = fields.array(tags, path);
  if (!elements) return read;
  read.reserve(elements->size());
  for (const element tag : *elements) {
    read.emplace_back(fields.text(tag, Path(path, read.size()), chat::max_tag_bytes));
    if (!fields.ok()) return {};
  }
  std::sort(read.begin(), read.end());
  read.erase(std::unique(read.begin(), read.end()), read.end());
  return read;
}

chat::Achievement read_achievement(object achievement, const Path& path, FieldReader& fields) {
  chat::Achievement read;
  read.from_chat = true;
  bool has_id = false;
  for (const auto& [key, value] : achievement) {
    if (value.is_null()) continue;
    if (key == "id") {
      read.id = fields.integer(value, Path(path, key));
      has_id = true;
    } else if (key == "at") {
      read.at = fields.time(value, Path(path, key));
    }
  }
  if (!has_id) fields.refuse(Path(path, "id"), "missing");
  return read;
}

std::vector<chat::Achievement> read_achievements(element achievements, const Path& path,
                                                 FieldReader& fields) {
  std::vector<chat::Achievement> read;
  const auto elements = fields.array(achievements, path);
  if (!elements) return read;
  read.reserve(elements->size());
  for (const element value : *elements) {
    const Path here(path, read.size());
    const auto achievement = fields.object(value, here);
    if (!achievement) return {};
    read.push_back(read_achievement(*achievement, here, fields));
    if (!fields.ok()) return {};
  }
  // An achievement is reached once: of several with one id the first counts.
  std::stable_sort(read.begin(), read.end(),
                   [](const auto& left, const auto& right) { return left.id < right.id; });
  const auto same = [](const auto& left, const auto& right) { return left.id == right.id; };
  read.erase(std::unique(read.begin(), read.end(), same), read.end());
  return read;
}

chat::Country read_country(element value, FieldReader& fields) {
  const std::string_view code = text_or_nothing(value);
  const chat::Country country = chat::country_of(code);
  const bool says_nothing = value.is_string() && code.empty();
  if (country == chat::Country() && !says_nothing) fields.warn(unknown_country, value);
  return country;
}

// Returns the country of the visit of a thread or of a customer.
std::optional<chat::Country> country_of_visit(const OptionalElement& visit, FieldReader& fields) {
  const OptionalElement code =
      visit ? element_at(*visit, {"geolocation", "country_code"}) : OptionalElement();
  if (!code) return {};
  return read_country(*code, fields);
}

// Reads the fields about the queue, the visit, and whether the chat goes on.
void read_state(const ThreadFields& thread, const Path& at_thread, FieldReader& fields,
                chat::ThreadRecord& record) {
  bool is_active = false;
  if (thread.active && thread.active->get(is_active) == simdjson::SUCCESS) {
    record.is_active = is_active;
  }
  if (thread.customer_country) {
    record.country = read_country(*thread.customer_country, fields);
  } else {
    record.country = country_of_visit(thread.customer_visit, fields);
  }
  if (thread.queues_duration && thread.queues_duration->is_number()) {
    record.queues_duration = fields.integer(
        *thread.queues_duration, Path(at_thread, "queues_duration"), 0, longest_queues_duration);
  }
  if (thread.queue) {
    if (const OptionalElement at = element_at(*thread.queue, {"queued_at"})) {
      const Path at_queue(at_thread, "queue");
      chat::add_queued_at(record, fields.time(*at, Path(at_queue, "queued_at")));
    }
  }
  if (!thread.queued_at) return;
  const Path here(at_thread, "queued_at");
  const auto times = fields.array(*thread.queued_at, here);
  if (!times) return;
  std::size_t index = 0;
  for (const element at : *times) {
    chat::add_queued_at(record, fields.time(at, Path(here, index++)));
    if (!fields.ok()) return;
  }
}

}  // namespace

std::optional<std::vector<std::int64_t>> parse_access(element access, const Path& path,
                                                      FieldReader& fields) {
  const auto found = fields.object(access, path);
  if (!found) return {};
  std::optional<std::vector<std::int64_t>> groups;
  for (const auto& [key, value] : *found) {
    if (key != "group_ids" || value.is_null()) continue;
    groups = fields.integer_set(value, Path(path, key));
  }
  return groups;
}

void ChatParser::parse(object chat, const Path& path, FieldReader& fields,
                       chat::ChatRecord& record) {
  const Path at_thread(path, "thread");
  element thread;
  if (chat["thread"].get(thread) != simdjson::SUCCESS || thread.is_null()) {
    fields.refuse(at_thread, "missing");
    return;
  }
  parse_one_of(chat, thread, at_thread, path, fields, record);
}

void ChatParser::parse_one_of(object chat, element given, const Path& at_thread, const Path& path,
                              FieldReader& fields, chat::ChatRecord& record) {
  record.thread.from_chat_record = true;
  agents_.clear();
  customers_.clear();

  const ChatFields found = fields_of_chat(chat);
  const auto thread_object = fields.object(given, at_thread);
  if (!thread_object) return;
  const ThreadFields thread = fields_of_thread(*thread_object);

  const Path at_id(at_thread, "id");
  const Path at_created(at_thread, "created_at");
  const Path at_ended(at_thread, "ended_at");
  if (thread.id) {
    record.thread_id = fields.id(*thread.id, at_id);
  } else {
    fields.refuse(at_id, "missing");
  }
  if (thread.created_at) {
    record.thread.started_at = fields.time(*thread.created_at, at_created);
  } else if (thread.timestamp) {
    record.thread.started_at = fields.seconds(*thread.timestamp, Path(at_thread, "timestamp"));
  } else {
    fields.refuse(at_created, "missing");
  }
  if (thread.ended_at) {
    record.thread.ended_at = fields.time(*thread.ended_at, at_ended);
    if (*record.thread.ended_at < record.thread.started_at) {
      fields.refuse(at_ended, "before thread.created_at");
    }
  }
  if (!fields.ok()) return;
  // A chat needs no id. An id that is not text is ignored.
  if (found.id && found.id->is_string()) {
    record.chat_id = std::string_view(*found.id);
    if (record.chat_id.size() > chat::max_id_bytes) {
      record.chat_id = chat::digested_chat_id(record.chat_id);
    }
  }

  if (found.users) read_users(*found.users, Path(path, "users"), fields, record.thread);
  if (thread.user_ids) read_user_ids(*thread.user_ids, Path(at_thread, "user_ids"), fields);
  for (const Agent& agent : agents_) {
    (agent.is_supervisor                   ? record.thread.supervisors
     : agent.is_listed || !thread.user_ids ? record.thread.agents
                                           : record.thread.other_agents)
        .emplace_back(agent.id);
  }
  if (thread.events) read_events(*thread.events, Path(at_thread, "events"), fields, record);
  record.is_restricted = thread.restricted_access.has_value() && record.thread.events.empty();
  read_state(thread, at_thread, fields, record.thread);

  std::optional<std::vector<std::int64_t>> groups;
  if (thread.access) groups = parse_access(*thread.access, Path(at_thread, "access"), fields);
  if (found.access) {
    auto of_chat = parse_access(*found.access, Path(path, "access"), fields);
    if (!groups) groups = std::move(of_chat);
  }
  if (groups) record.thread.groups = std::move(*groups);
  if (thread.tags) record.thread.tags = read_tags(*thread.tags, Path(at_thread, "tags"), fields);

  const bool is_old = !thread.created_at && thread.timestamp;
  const PropertyForm form = is_old ? PropertyForm::wrapped : PropertyForm::plain;
  if (found.properties) {
    record.thread.chat_properties =
        parse_properties(*found.properties, Path(path, "properties"), fields, form);
  }
  if (thread.properties) {
    record.thread.properties =
        parse_properties(*thread.properties, Path(at_thread, "properties"), fields, form);
  }

  if (thread.goals) {
    record.thread.goals = read_achievements(*thread.goals, Path(at_thread, "goals"), fields);
  }
  if (thread.sales) {
    record.thread.sales = read_achievements(*thread.sales, Path(at_thread, "sales"), fields);
  }
}

void ChatParser::read_users(element users, const Path& path, FieldReader& fields,
                            chat::ThreadRecord& thread) {
  const auto elements = fields.array(users, path);
  if (!elements) return;
  std::size_t index = 0;
  for (const element value : *elements) {
    const Path here(path, index++);
    const auto user = fields.object(value, here);
    if (!user) return;
    OptionalElement id, visit, last_visit;
    bool is_agent = false;
    bool is_supervisor = false;
    for (const auto& [key, field] : *user) {
      if (field.is_null()) continue;
      if (key == "id") {
        id = field;
      } else if (key == "type") {
        const std::string_view type = fields.text(field, Path(here, key));
        is_agent = type == "agent";
        if (!is_agent && type != "customer") fields.warn(unknown_user_type, field);
      } else if (key == "visibility") {
        is_supervisor = text_or_nothing(field) == "agents";
      } else if (key == "visit") {
        visit = field;
      } else if (key == "last_visit") {
        last_visit = field;
      }
    }
    const Path at_id(here, "id");
    if (is_agent && !id) fields.refuse(at_id, "missing");
    if (!fields.ok()) return;
    if (is_agent) {
      agents_.push_back({fields.id(*id, at_id), is_supervisor, false});
    } else if (id) {
      customers_.push_back(fields.text(*id, at_id));
      if (!fields.ok()) return;
      if (customers_.size() > 1) continue;
      thread.customer = chat::customer_digest(customers_[0]);
      thread.visit_country = country_of_visit(visit, fields);
      if (!thread.visit_country) thread.visit_country = country_of_visit(last_visit, fields);
    }
  }
  // If a user is listed twice, the customer has seen the agent if either entry says so.
  std::ranges::sort(agents_, {},
                    [](const Agent& agent) { return std::pair(agent.id, agent.is_supervisor); });
  const auto twice = std::ranges::unique(agents_, {}, &Agent::id);
  agents_.erase(twice.begin(), twice.end());
}

void ChatParser::read_user_ids(element user_ids, const Path& path, FieldReader& fields) {
  const auto elements = fields.array(user_ids, path);
  if (!elements) return;
  std::size_t index = 0;
  for (const element value : *elements) {
    Agent* const agent = find_agent(fields.text(value, Path(path, index++)));
    if (!fields.ok()) return;
    if (agent != nullptr) agent->is_listed = true;
  }
}

ChatParser::Agent* ChatParser::find_agent(std::string_view user_id) {
  const auto found = std::ranges::lower_bound(agents_, user_id, {}, &Agent::id);
  return found == agents_.end() || found->id != user_id ? nullptr : &*found;
}

void ChatParser::name_author(std::string_view author_id, chat::Event& event) {
  if (author_id.empty()) return;
  if (find_agent(author_id) != nullptr) {
    event.author = chat::AuthorKind::agent;
    event.agent_id = author_id;
  } else if (std::ranges::find(customers_, author_id) != customers_.end()) {
    event.author = chat::AuthorKind::customer;
  } else {
    event.author = chat::AuthorKind::unlisted;
    event.author_digest = chat::author_digest(author_id);
  }
}

void ChatParser::read_events(element events, const Path& path, FieldReader& fields,
                             chat::ChatRecord& record) {
  const auto elements = fields.array(events, path, chat::max_events);
  if (!elements) return;
  std::vector<chat::Event>& into = record.thread.events;
  into.reserve(elements->size());
  for (const element value : *elements) {
    const Path here(path, into.size());
    const auto event = fields.object(value, here);
    if (!event) return;
    ParsedEvent parsed = parse_event(*event, record.thread_id, here, fields);
    if (!fields.ok()) return;
    name_author(parsed.author_id, parsed.event);
    into.push_back(std::move(parsed.event));
    if (record.labels.empty()) {
      record.labels = std::move(parsed.labels);
    } else {
      std::ranges::move(parsed.labels, std::back_inserter(record.labels));
    }
  }
}

}  // namespace chatreports::ingest
