#include "pull/chatwoot_threads.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "chat/ids.h"
#include "ingest/formats/spans.h"
#include "ingest/formats/values.h"

namespace chatreports::pull {
namespace {

using ingest::ConversationEntry;

// Sentences count before the first change that is told: a conversation may be older than these, or
// imported.
std::vector<ConversationEntry> entries_of(const std::vector<ChatwootMessage>& messages,
                                          const std::vector<ChatwootChange>& changes) {
  std::optional<Instant> first_change;
  bool knows_ends = false;
  for (const ChatwootChange& change : changes) {
    first_change = std::min(first_change.value_or(change.at), change.at);
    knows_ends = knows_ends || change.mark == ChatwootMark::resolved;
  }
  const auto mark_of = [&first_change](const ChatwootMessage& message) {
    // The sentence comes a little later than what it tells.
    constexpr Duration time_to_write = std::chrono::minutes(1);
    const bool is_told = first_change && message.at >= *first_change - time_to_write;
    return is_told ? ChatwootMark::none : message.mark;
  };
  for (const ChatwootMessage& message : messages) {
    knows_ends = knows_ends || mark_of(message) == ChatwootMark::resolved;
  }
  std::vector<ConversationEntry> entries;
  for (std::size_t place = 0; place < messages.size(); ++place) {
    const ChatwootMessage& message = messages[place];
    const ChatwootMark mark = mark_of(message);
    // A message of the customer opens a conversation that is resolved, and no sentence tells it.
    const bool is_of_customer = !message.is_private && message.author == chat::AuthorKind::customer;
    entries.push_back(
        {.at = message.at,
         .order = message.id,
         .closes = mark == ChatwootMark::resolved || (message.is_survey && !knows_ends),
         .opens = mark == ChatwootMark::opened || is_of_customer,
         .message = place,
         .has_message = true});
  }
  for (const ChatwootChange& change : changes) {
    entries.push_back({.at = change.at,
                       .order = std::numeric_limits<std::int64_t>::max(),
                       .closes = change.mark == ChatwootMark::resolved,
                       .opens = change.mark == ChatwootMark::opened});
  }
  return entries;
}

chat::Event event_of(const ChatwootMessage& message, std::string_view thread_id) {
  chat::Event event;
  event.key = chat::event_key(thread_id, fmt::format("{}_{}", thread_id, message.id));
  event.type = message.is_activity ? chat::EventType::system : message.type;
  event.author = message.author;
  event.agent_id = message.agent_id;
  event.visible_to_customer = !message.is_private;
  event.automatic_welcome = message.is_automatic;
  event.created_at = message.at;
  return event;
}

using Messages = std::vector<const ChatwootMessage*>;

void add_rating(chat::ThreadRecord& thread, const Messages& messages) {
  for (const ChatwootMessage* message : messages) {
    if (!message->rating) continue;
    thread.properties.clear();
    ingest::add_rating(thread, *message->rating, message->comment);
  }
}

}  // namespace

std::string_view name_of(ChatwootGroups groups) {
  return groups == ChatwootGroups::inboxes ? "inboxes" : "teams";
}

std::optional<ChatwootGroups> chatwoot_groups_of(std::string_view name) {
  for (const ChatwootGroups groups : {ChatwootGroups::inboxes, ChatwootGroups::teams}) {
    if (name == name_of(groups)) return groups;
  }
  return std::nullopt;
}

std::vector<chat::ChatRecord> chatwoot_threads(const ChatwootConversation& conversation,
                                               std::vector<ChatwootMessage> messages,
                                               const std::vector<ChatwootChange>& changes,
                                               ChatwootGroups groups) {
  const auto spans = ingest::spans_of(conversation.created_at, entries_of(messages, changes),
                                      conversation.is_resolved);
  std::vector<chat::ChatRecord> records;
  records.reserve(spans.size());
  for (const ingest::ConversationSpan& span : spans) {
    const bool is_last = &span == &spans.back();
    Messages its;
    for (const std::size_t place : span.messages) its.push_back(&messages[place]);
    chat::ChatRecord& record = records.emplace_back();
    record.chat_id = fmt::format("{}", conversation.id);
    record.thread_id = fmt::format("{}-{}", conversation.id, records.size());
    chat::ThreadRecord& thread = record.thread;
    thread.from_chat_record = true;
    thread.started_at = span.from;
    thread.ended_at = span.to;
    thread.is_active = !span.to;
    thread.visit_country = conversation.country;
    thread.customer = chat::customer_digest(fmt::format("contact-{}", conversation.contact));
    if (is_last && !conversation.assignee.empty()) thread.agents = {conversation.assignee};
    if (groups == ChatwootGroups::inboxes) {
      thread.groups = {conversation.inbox};
    } else if (conversation.team) {
      thread.groups = {*conversation.team};
    }
    thread.tags = conversation.labels;
    for (const ChatwootMessage* message : its) {
      thread.events.push_back(event_of(*message, record.thread_id));
    }
    ingest::add_authors(thread);
    add_rating(thread, its);
    if (!conversation.channel.empty()) {
      thread.chat_properties.push_back({"chatwoot", "channel", conversation.channel});
    }
    if (!conversation.priority.empty()) {
      thread.chat_properties.push_back({"chatwoot", "priority", conversation.priority});
    }
  }
  return records;
}

}  // namespace chatreports::pull
