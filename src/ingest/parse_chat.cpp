#include "ingest/parse_chat.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>

#include "chat/merge.h"
#include "chat/property_digest.h"
#include "ingest/parse_filled_form.h"

namespace chatreports::ingest {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;
using Field = std::optional<element>;

struct ChatFields {
  Field id, users, properties, access, thread;
};

struct ThreadFields {
  Field id, created_at, timestamp, ended_at, user_ids, events, tags, access, properties, goals,
      sales, active, queues_duration, queue, queued_at, customer_country, customer_visit,
      restricted_access;
};

// In seconds: from the earliest instant to the latest.
constexpr std::int64_t longest_queues_duration =
    (latest_instant.microseconds - earliest_instant.microseconds) / microseconds_per_second;

constexpr std::string_view unknown_event_type =
    "event of an unknown type, which no figure counts: type";
constexpr std::string_view unknown_user_type =
    "user who is neither an agent nor a customer, and counts as a customer: type";
constexpr std::string_view unknown_rating =
    "rating that is neither 1 (good) nor 0 (bad), so the chat is unrated: rating.score";

// One walk over an object and one comparison chain per key: asking an object for a key is a walk of
// its own each time.
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
    } else if (key == "thread") {
      found.thread = value;
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
  // Said twice, the first counts, as an achievement is reached once.
  std::stable_sort(read.begin(), read.end(),
                   [](const auto& left, const auto& right) { return left.id < right.id; });
  const auto same = [](const auto& left, const auto& right) { return left.id == right.id; };
  read.erase(std::unique(read.begin(), read.end(), same), read.end());
  return read;
}

// Without what has no type that a property may have.
bool is_property(element value, FieldReader& fields) {
  return value.is_string() || value.is_bool() || fields.integral(value).has_value();
}

struct PropertyField {
  std::string_view name_space;
  std::string_view name;
  element value;
  auto full_name() const { return std::tie(name_space, name); }
};

std::vector<PropertyField> property_fields(object name_spaces, const Path& path,
                                           FieldReader& fields) {
  std::vector<PropertyField> found;
  for (const auto& [name_space, value] : name_spaces) {
    if (value.is_null()) continue;
    const auto names = fields.object(value, Path(path, name_space));
    if (!names) return {};
    for (const auto& [name, property] : *names) {
      if (is_property(property, fields)) found.push_back({name_space, name, property});
    }
    if (found.size() > chat::max_elements) {
      fields.refuse(path, fmt::format("more than {} elements", chat::max_elements));
      return {};
    }
  }
  const auto by_name = [](const PropertyField& left, const PropertyField& right) {
    return left.full_name() < right.full_name();
  };
  if (!std::is_sorted(found.begin(), found.end(), by_name)) {
    std::stable_sort(found.begin(), found.end(), by_name);
  }
  return found;
}

chat::Value property_value(const PropertyField& field, const Path& path, FieldReader& fields) {
  if (field.value.is_string()) {
    return chat::received_property_text(field.name_space, field.name,
                                        fields.text(field.value, path));
  }
  bool flag = false;
  if (field.value.get(flag) == simdjson::SUCCESS) return flag;
  return fields.integer(field.value, path);
}

// The value that stands at the end of the path of keys, where there is one and it is not null.
Field at_path(element value, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    element inner;
    if (value[key].get(inner) != simdjson::SUCCESS || inner.is_null()) return {};
    value = inner;
  }
  return value;
}

std::string_view text_or_nothing(element value) {
  return value.is_string() ? std::string_view(value) : std::string_view();
}

// How a rating message says that the chat was rated.
std::string_view score_of(element text_vars) {
  const Field score = at_path(text_vars, {"score"});
  return score ? text_or_nothing(*score) : std::string_view();
}

// The country of a visit, as a thread or a customer has it.
std::optional<chat::Country> country_of_visit(const Field& visit) {
  const Field code = visit ? at_path(*visit, {"geolocation", "country_code"}) : Field();
  if (!code) return {};
  return chat::country_of(text_or_nothing(*code));
}

// Reads the fields about the queue, the visit, and whether the chat goes on.
void read_state(const ThreadFields& thread, const Path& at_thread, FieldReader& fields,
                chat::ThreadRecord& record) {
  bool is_active = false;
  if (thread.active && thread.active->get(is_active) == simdjson::SUCCESS) {
    record.is_active = is_active;
  }
  if (thread.customer_country) {
    record.country = chat::country_of(text_or_nothing(*thread.customer_country));
  } else {
    record.country = country_of_visit(thread.customer_visit);
  }
  if (thread.queues_duration && thread.queues_duration->is_number()) {
    record.queues_duration = fields.integer(
        *thread.queues_duration, Path(at_thread, "queues_duration"), 0, longest_queues_duration);
  }
  if (thread.queue) {
    if (const Field at = at_path(*thread.queue, {"queued_at"})) {
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

std::vector<chat::Property> parse_properties(element properties, const Path& path,
                                             FieldReader& fields) {
  std::vector<chat::Property> read;
  const auto name_spaces = fields.object(properties, path);
  if (!name_spaces) return read;
  const std::vector<PropertyField> found = property_fields(*name_spaces, path, fields);
  read.reserve(found.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const PropertyField& field = found[i];
    if (i + 1 < found.size() && field.full_name() == found[i + 1].full_name()) continue;
    const Path at_name_space(path, field.name_space);
    const Path here(at_name_space, field.name);
    if (field.name_space.size() > chat::max_tag_bytes || field.name.size() > chat::max_tag_bytes) {
      fields.refuse(here, fmt::format("a name longer than {} bytes", chat::max_tag_bytes));
    }
    read.push_back({std::string(field.name_space), std::string(field.name),
                    property_value(field, here, fields)});
    if (!fields.ok()) return {};
    if (field.name_space == "rating" && field.name == "score") {
      const chat::Value& score = read.back().value;
      const bool is_rating =
          score == chat::Value(std::int64_t{0}) || score == chat::Value(std::int64_t{1});
      if (!is_rating) fields.warn(unknown_rating, field.value);
    }
  }
  return read;
}

ParsedEvent parse_event(object event, std::string_view thread_id, const Path& path,
                        FieldReader& fields) {
  ParsedEvent parsed;
  chat::Event& read = parsed.event;
  read.type = chat::EventType::other;
  bool has_created_at = false;
  Field timestamp;  // what older versions of the API have in place of created_at
  Field id;
  Field properties;
  std::string_view system_message;
  std::string_view score;
  for (const auto& [key, value] : event) {
    if (value.is_null()) continue;
    if (key == "type") {
      read.type = chat::event_type_of(fields.text(value, Path(path, key)));
      if (read.type == chat::EventType::other) fields.warn(unknown_event_type, value);
    } else if (key == "created_at") {
      read.created_at = fields.time(value, Path(path, key));
      has_created_at = true;
    } else if (key == "timestamp") {
      timestamp = value;
    } else if (key == "author_id") {
      parsed.author_id = fields.text(value, Path(path, key));
    } else if (key == "visibility" || key == "recipients") {
      // `recipients` is what `visibility` was called in older archives.
      if (fields.text(value, Path(path, key)) == "agents") read.visible_to_customer = false;
    } else if (key == "properties") {
      properties = value;
    } else if (key == "id") {
      id = value;
    } else if (key == "system_message_type") {
      system_message = text_or_nothing(value);
    } else if (key == "text_vars") {
      score = score_of(value);
    }
  }
  if (!has_created_at && timestamp) {
    read.created_at = fields.seconds(*timestamp, Path(path, "timestamp"));
  } else if (!has_created_at) {
    fields.refuse(Path(path, "created_at"), "missing");
  }
  // An id of another type than text is no id that another event could name.
  if (id && id->is_string()) parsed.id = fields.text(*id, Path(path, "id"));
  if (!fields.ok()) return parsed;

  read.key = parsed.id.empty() ? chat::event_key(read.created_at, read.type, parsed.author_id)
                               : chat::event_key(thread_id, parsed.id);
  EventProperties told;
  if (properties) told = read_event_properties(*properties, Path(path, "properties"), fields);
  read.automatic_welcome = told.welcome_message;
  read.automatic_greeting = told.greeting;
  if (read.type == chat::EventType::system_message) {
    read.system_message = chat::system_message_of(system_message, score);
  }
  if (read.type == chat::EventType::filled_form) {
    read.filled_form = read_filled_form(event, told, read.created_at, path, fields, parsed.labels);
  }
  return parsed;
}

void ChatParser::parse(object chat, const Path& path, FieldReader& fields,
                       chat::ChatRecord& record) {
  record.thread.from_chat_record = true;
  agents_.clear();
  customers_.clear();

  const Path at_thread(path, "thread");
  const ChatFields found = fields_of_chat(chat);
  if (!found.thread) {
    fields.refuse(at_thread, "missing");
    return;
  }
  const auto thread_object = fields.object(*found.thread, at_thread);
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
  // No chat needs an id; one of another type than text is none.
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

  if (found.properties) {
    record.thread.chat_properties =
        parse_properties(*found.properties, Path(path, "properties"), fields);
  }
  if (thread.properties) {
    record.thread.properties =
        parse_properties(*thread.properties, Path(at_thread, "properties"), fields);
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
    Field id, visit, last_visit;
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
      thread.visit_country = country_of_visit(visit);
      if (!thread.visit_country) thread.visit_country = country_of_visit(last_visit);
    }
  }
  // Said twice, the customer has seen the agent if either says so.
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
