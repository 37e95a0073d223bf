#include "ingest/parse_own_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "chat/property_digest.h"

namespace chatreports::ingest {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

// The keys of all kinds. Keys of another kind are ignored, like unknown keys.
struct OwnFields {
  OptionalElement id, name, timezone, groups, agent_id, status, at, greeting_id, unique_id, event,
      group_id, thread_id, entered_at, ended_at, outcome, form_id, field_id, answer_id, label, key;
};

OwnFields fields_of(object record) {
  OwnFields found;
  const std::pair<std::string_view, OptionalElement*> known[] = {
      {"id", &found.id},
      {"name", &found.name},
      {"timezone", &found.timezone},
      {"groups", &found.groups},
      {"agent_id", &found.agent_id},
      {"status", &found.status},
      {"at", &found.at},
      {"greeting_id", &found.greeting_id},
      {"unique_id", &found.unique_id},
      {"event", &found.event},
      {"group_id", &found.group_id},
      {"thread_id", &found.thread_id},
      {"entered_at", &found.entered_at},
      {"ended_at", &found.ended_at},
      {"outcome", &found.outcome},
      {"form_id", &found.form_id},
      {"field_id", &found.field_id},
      {"answer_id", &found.answer_id},
      {"label", &found.label},
      {"key", &found.key},
  };
  for (const auto& [key, value] : record) {
    if (value.is_null()) continue;
    for (const auto& [name, field] : known) {
      if (key != name) continue;
      *field = value;
      break;
    }
  }
  return found;
}

// Reads the fields of one record.
class OwnRecord {
 public:
  OwnRecord(object record, FieldReader& fields) : found_(fields_of(record)), fields_(fields) {}

  chat::AgentRecord agent() {
    chat::AgentRecord agent;
    agent.id = id(found_.id, "id");
    agent.is_bot = chat::is_bot_id(agent.id);
    agent.name = text(found_.name, "name", chat::max_tag_bytes);
    agent.timezone = text(found_.timezone, "timezone", chat::max_id_bytes);
    if (found_.groups) agent.groups = fields_.integer_set(*found_.groups, Path(root_, "groups"));
    return agent;
  }

  chat::AgentRecord bot() {
    chat::AgentRecord bot = agent();
    bot.is_bot = true;
    return bot;
  }

  chat::GroupRecord group() {
    return {integer(found_.id, "id"), text(found_.name, "name", chat::max_tag_bytes), {}, {}};
  }

  chat::AgentStatusRecord agent_status() {
    return {id(found_.agent_id, "agent_id"), status(), time(found_.at, "at")};
  }

  chat::GreetingRecord greeting() {
    chat::GreetingRecord greeting;
    greeting.greeting_id = integer(found_.greeting_id, "greeting_id");
    greeting.unique_id = id(found_.unique_id, "unique_id");
    greeting.event = greeting_event();
    if (found_.group_id) greeting.group_id = integer(found_.group_id, "group_id");
    greeting.at = time(found_.at, "at");
    return greeting;
  }

  chat::DigestKeyRecord digest_key() {
    const Path path(root_, "key");
    if (!is_there(found_.key, "key")) return {};
    const auto key = chat::parse_digest_key(fields_.text(*found_.key, path));
    if (!key) fields_.refuse(path, "must be 64 hexadecimal digits in lower case");
    return {key.value_or(chat::DigestKey{})};
  }

  chat::AchievementRecord achievement(chat::AchievementKind kind) {
    chat::AchievementRecord achievement;
    achievement.kind = kind;
    achievement.thread_id = id(found_.thread_id, "thread_id");
    achievement.id = integer(found_.id, "id");
    if (found_.at) achievement.at = time(found_.at, "at");
    return achievement;
  }

  chat::QueueRecord queue() {
    chat::QueueRecord queue;
    queue.thread_id = id(found_.thread_id, "thread_id");
    queue.stay.entered_at = time(found_.entered_at, "entered_at");
    queue.stay.ended_at = time(found_.ended_at, "ended_at");
    queue.stay.has_entered = has_entered();
    if (queue.stay.ended_at < queue.stay.entered_at) {
      fields_.refuse(Path(root_, "ended_at"), "before entered_at");
    }
    return queue;
  }

  chat::FormLabel form_label() {
    chat::FormLabel label;
    label.form_id = id_or_integer(found_.form_id, "form_id");
    label.field_id = id_or_integer(found_.field_id, "field_id");
    if (found_.answer_id) label.answer_id = id_or_integer(found_.answer_id, "answer_id");
    if (is_there(found_.label, "label")) {
      label.label = *text(found_.label, "label", chat::max_label_bytes);
    }
    label.at = time(found_.at, "at");
    return label;
  }

 private:
  bool is_there(const OptionalElement& field, std::string_view key) {
    if (!field) fields_.refuse(Path(root_, key), "missing");
    return field.has_value();
  }

  std::string id(const OptionalElement& field, std::string_view key) {
    if (!is_there(field, key)) return {};
    return std::string(fields_.id(*field, Path(root_, key)));
  }

  std::string id_or_integer(const OptionalElement& field, std::string_view key) {
    if (!is_there(field, key)) return {};
    if (field->is_string()) return id(field, key);
    return fields_.id_or_integer(*field, Path(root_, key));
  }

  std::int64_t integer(const OptionalElement& field, std::string_view key) {
    if (!is_there(field, key)) return 0;
    return fields_.integer(*field, Path(root_, key));
  }

  Instant time(const OptionalElement& field, std::string_view key) {
    if (!is_there(field, key)) return {};
    return fields_.time(*field, Path(root_, key));
  }

  std::optional<std::string> text(const OptionalElement& field, std::string_view key,
                                  std::size_t max_bytes) {
    if (!field) return {};
    return std::string(fields_.text(*field, Path(root_, key), max_bytes));
  }

  chat::AgentStatus status() {
    return parse_agent_status(found_.status, Path(root_, "status"), fields_);
  }

  chat::GreetingEvent greeting_event() {
    const Path path(root_, "event");
    if (!is_there(found_.event, "event")) return {};
    const auto event = chat::greeting_event_of(fields_.text(*found_.event, path));
    if (!event) fields_.refuse(path, "must be one of displayed, canceled, goal");
    return event.value_or(chat::GreetingEvent::displayed);
  }

  bool has_entered() {
    const Path path(root_, "outcome");
    if (!is_there(found_.outcome, "outcome")) return {};
    const std::string_view name = fields_.text(*found_.outcome, path);
    if (name != "entered" && name != "left") fields_.refuse(path, "must be one of entered, left");
    return name == "entered";
  }

  const Path root_;
  const OwnFields found_;
  FieldReader& fields_;
};

struct OwnKind {
  std::string_view name;
  chat::Record (*read)(OwnRecord& own);
  bool is_internal = false;  // only exports contain it
};

using chat::AchievementKind;

constexpr std::array own_kinds = {
    OwnKind{"agent", [](OwnRecord& own) -> chat::Record { return own.agent(); }},
    OwnKind{"bot", [](OwnRecord& own) -> chat::Record { return own.bot(); }},
    OwnKind{"group", [](OwnRecord& own) -> chat::Record { return own.group(); }},
    OwnKind{"agent_status", [](OwnRecord& own) -> chat::Record { return own.agent_status(); }},
    OwnKind{"greeting", [](OwnRecord& own) -> chat::Record { return own.greeting(); }},
    OwnKind{"goal",
            [](OwnRecord& own) -> chat::Record { return own.achievement(AchievementKind::goal); }},
    OwnKind{"sale",
            [](OwnRecord& own) -> chat::Record { return own.achievement(AchievementKind::sale); }},
    OwnKind{"queue", [](OwnRecord& own) -> chat::Record { return own.queue(); }},
    OwnKind{"form_label", [](OwnRecord& own) -> chat::Record { return own.form_label(); }},
    OwnKind{"digest_key", [](OwnRecord& own) -> chat::Record { return own.digest_key(); }, true},
};

std::string kinds_for_people() {
  std::string names;
  for (const OwnKind& kind : own_kinds) {
    if (kind.is_internal) continue;
    if (!names.empty()) names += ", ";
    names += kind.name;
  }
  return names;
}

}  // namespace

chat::AgentStatus parse_agent_status(const OptionalElement& status, const Path& path,
                                     FieldReader& fields) {
  if (!status) {
    fields.refuse(path, "missing");
    return {};
  }
  const auto known = chat::agent_status_of(fields.text(*status, path));
  if (!known) fields.refuse(path, "must be one of accepting_chats, not_accepting_chats, offline");
  return known.value_or(chat::AgentStatus::offline);
}

chat::Record parse_own_record(element kind, object record, FieldReader& fields) {
  const Path root;
  const Path path(root, "record");
  const std::string_view name = fields.text(kind, path);
  const auto* const known = std::ranges::find(own_kinds, name, &OwnKind::name);
  if (known == own_kinds.end()) {
    fields.refuse(path, fmt::format("must be one of {}", kinds_for_people()));
    return {};
  }
  OwnRecord own(record, fields);
  return known->read(own);
}

}  // namespace chatreports::ingest
