// Intercom's conversations, as its API answers them with their parts. Source of the shapes: the
// public description of that API.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "chat/ids.h"
#include "chat/limits.h"
#include "ingest/formats/format.h"
#include "ingest/formats/spans.h"
#include "ingest/formats/values.h"

namespace chatreports::ingest {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

// A little is added to it.
constexpr std::size_t max_own_id_bytes = 200;

constexpr std::string_view without_parts =
    "conversation without its parts, whose messages are not known: id";

bool has(object from, std::string_view key) {
  return from[key].error() == simdjson::SUCCESS;
}

bool is_one(object conversation) {
  return text_in(conversation, "type") == "conversation" && has(conversation, "created_at") &&
         (has(conversation, "source") || has(conversation, "conversation_message") ||
          has(conversation, "conversation_parts"));
}

// A message, or a part that changes the state.
struct Part {
  chat::Event event;
  bool is_bot = false;
  bool is_message = false;
  bool closes = false;
  bool opens = false;
};

bool is_bot(object author) {
  return text_in(author, "type") == "bot" || flag_in(author, "from_ai_agent") ||
         text_in(author, "email").starts_with("operator+");
}

void name_author(object author, Part& part) {
  const std::string_view type = text_in(author, "type");
  const std::string id = id_in(author, "id");
  if (type == "user" || type == "lead" || type == "contact") {
    part.event.author = chat::AuthorKind::customer;
    return;
  }
  if (id.empty() || id.size() > max_own_id_bytes ||
      (type != "admin" && type != "bot" && type != "team"))
    return;
  part.is_bot = is_bot(author);
  part.event.author = chat::AuthorKind::agent;
  part.event.agent_id = part.is_bot ? "bot-" + id : id;
  part.event.automatic_welcome = part.is_bot;
}

// Kinds of parts that a machine writes for the team.
bool is_machine_note(std::string_view kind) {
  constexpr std::array<std::string_view, 4> kinds = {"language_detection_details",
                                                     "channel_and_reply_time_expectation",
                                                     "call_summary", "conversation_rating_changed"};
  return std::ranges::find(kinds, kind) != kinds.end();
}

bool has_text(object from) {
  if (!text_in(from, "body").empty()) return true;
  const auto attachments = array_in(from, "attachments");
  return attachments && attachments->size() > 0;
}

Part part_of(object from, Instant at, std::string_view kind, std::uint64_t number) {
  Part part;
  if (const auto author = object_in(from, "author")) name_author(*author, part);
  part.is_message = has_text(from) && !is_machine_note(kind);
  part.event.key = number;
  part.event.created_at = at;
  part.event.type =
      text_in(from, "body").empty() ? chat::EventType::file : chat::EventType::message;
  part.event.visible_to_customer = kind != "note" && kind != "note_and_reopen";
  part.closes = kind == "close";
  const bool is_of_customer = part.is_message && part.event.author == chat::AuthorKind::customer;
  part.opens =
      kind == "open" || kind == "assign_and_reopen" || kind == "note_and_reopen" || is_of_customer;
  return part;
}

std::vector<Part> parts_of(object conversation, Instant created_at) {
  std::vector<Part> parts;
  auto source = object_in(conversation, "source");
  if (!source) source = object_in(conversation, "conversation_message");
  if (source) parts.push_back(part_of(*source, created_at, "comment", 1));
  const auto list = list_in(conversation, "conversation_parts", "conversation_parts");
  if (!list) return parts;
  std::uint64_t number = 1;
  for (const element one : *list) {
    ++number;
    object from;
    if (one.get(from) != simdjson::SUCCESS || parts.size() == chat::max_events) continue;
    const auto at = time_in(from, "created_at");
    if (!at) continue;
    parts.push_back(part_of(from, *at, text_in(from, "part_type"), number));
  }
  return parts;
}

std::vector<std::string> tags_of(object conversation) {
  std::vector<std::string> tags;
  const auto list = list_in(conversation, "tags", "tags");
  if (!list) return tags;
  for (const element one : *list) {
    object tag;
    if (one.get(tag) == simdjson::SUCCESS) tags.emplace_back(text_in(tag, "name"));
  }
  sort_tags(tags);
  if (tags.size() > most_tags_of_spans) tags.resize(most_tags_of_spans);
  return tags;
}

std::string customer_of(object conversation) {
  for (const std::string_view key : {"contacts", "customers"}) {
    const auto list = list_in(conversation, key, key);
    if (!list) continue;
    for (const element one : *list) {
      object contact;
      if (one.get(contact) == simdjson::SUCCESS) return id_in(contact, "id");
    }
  }
  return {};
}

void read(object conversation, FieldReader& fields, const TakeRecord& take) {
  const Path root;
  const std::string id = id_in(conversation, "id");
  if (id.empty() || id.size() > max_own_id_bytes) {
    return fields.refuse(Path(root, "id"), "missing, or too long");
  }
  const auto created_at = time_in(conversation, "created_at");
  if (!created_at) return fields.refuse(Path(root, "created_at"), "not seconds since 1970");
  element id_element;
  if (!has(conversation, "conversation_parts") &&
      conversation["id"].get(id_element) == simdjson::SUCCESS) {
    fields.warn(without_parts, id_element);
  }
  const std::vector<Part> parts = parts_of(conversation, *created_at);
  std::vector<ConversationEntry> entries;
  for (std::size_t place = 0; place < parts.size(); ++place) {
    const Part& part = parts[place];
    entries.push_back({part.event.created_at, static_cast<std::int64_t>(place), part.closes,
                       part.opens, place, true});
  }
  const auto spans =
      spans_of(*created_at, std::move(entries), text_in(conversation, "state") == "closed");
  std::set<std::string> bots;
  const std::string assignee = id_in(conversation, "admin_assignee_id");
  const std::vector<std::string> tags = tags_of(conversation);
  const std::string customer = customer_of(conversation);
  const auto team = integer_in(conversation, "team_assignee_id");
  const auto rating = object_in(conversation, "conversation_rating");
  const auto score = rating ? integer_in(*rating, "rating") : std::nullopt;
  // It belongs to the span in which it was given, or after which.
  const auto rated_at = rating ? time_in(*rating, "created_at") : std::nullopt;
  std::size_t rated = spans.size() - 1;
  while (rated_at && rated > 0 && spans[rated].from > *rated_at) --rated;
  for (std::size_t number = 0; number < spans.size(); ++number) {
    const ConversationSpan& span = spans[number];
    chat::ChatRecord record;
    record.chat_id = id;
    record.thread_id = fmt::format("{}-{}", id, number + 1);
    chat::ThreadRecord& thread = record.thread;
    thread.from_chat_record = true;
    thread.started_at = span.from;
    thread.ended_at = span.to;
    thread.is_active = !span.to;
    if (!customer.empty()) thread.customer = chat::customer_digest(customer);
    const bool is_last = number + 1 == spans.size();
    if (is_last && !assignee.empty() && assignee != "0") thread.agents = {assignee};
    if (team && *team != 0) thread.groups = {*team};
    thread.tags = tags;
    for (const std::size_t place : span.messages) {
      if (!parts[place].is_message) continue;
      thread.events.push_back(parts[place].event);
      if (parts[place].is_bot) bots.insert(parts[place].event.agent_id);
    }
    add_authors(thread);
    if (score && number == rated) add_rating(thread, *score, text_in(*rating, "remark"));
    take(std::move(record));
  }
  for (const std::string& bot : bots) {
    chat::AgentRecord record;
    record.id = bot;
    record.is_bot = true;
    take(std::move(record));
  }
}

}  // namespace

const Format intercom = {.name = "intercom",
                         .title = "Intercom",
                         .lacks = "surveys, goals, greetings, queues, and countries of customers",
                         .is_one = is_one,
                         .read = read};

}  // namespace chatreports::ingest
