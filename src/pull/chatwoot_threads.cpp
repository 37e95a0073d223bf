#include "pull/chatwoot_threads.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <utility>

#include "chat/ids.h"
#include "chat/property_digest.h"

namespace chatreports::pull {
namespace {

// A thread that is being made.
struct Span {
  Instant from;
  std::optional<Instant> to = {};
  std::vector<const ChatwootMessage*> messages = {};
};

// What happened to the conversation, in order: a message, or a change.
struct Entry {
  Instant at;
  std::int64_t message_id = 0;  // of a change: behind all messages of the time
  ChatwootMark mark = ChatwootMark::none;
  const ChatwootMessage* message = nullptr;
};

std::vector<Entry> entries_of(const std::vector<ChatwootMessage>& messages,
                              const std::optional<std::vector<ChatwootChange>>& changes) {
  std::vector<Entry> entries;
  entries.reserve(messages.size());
  for (const ChatwootMessage& message : messages) {
    const bool tells = !changes && message.is_activity;
    entries.push_back(
        {message.at, message.id, tells ? message.mark : ChatwootMark::none, &message});
  }
  for (const ChatwootChange& change : changes.value_or(std::vector<ChatwootChange>())) {
    entries.push_back({change.at, std::numeric_limits<std::int64_t>::max(), change.mark, nullptr});
  }
  std::ranges::sort(entries, {},
                    [](const Entry& entry) { return std::pair(entry.at, entry.message_id); });
  return entries;
}

// A message of the customer opens a conversation that is resolved, and no sentence tells it.
std::vector<Span> spans_of(const ChatwootConversation& conversation,
                           const std::vector<Entry>& entries, bool has_changes) {
  std::vector<Span> spans = {{.from = conversation.created_at}};
  for (const Entry& entry : entries) {
    Span* last = &spans.back();
    const bool is_survey = entry.message != nullptr && entry.message->is_survey;
    // Without a change that is known, the survey tells that it was resolved.
    const bool closes = entry.mark == ChatwootMark::resolved || (is_survey && !has_changes);
    const bool opens = entry.mark == ChatwootMark::opened ||
                       (entry.message != nullptr && !entry.message->is_private &&
                        entry.message->author == chat::AuthorKind::customer);
    if (opens && last->to) {
      spans.push_back({.from = std::max(entry.at, *last->to)});
      last = &spans.back();
    }
    if (entry.message != nullptr) last->messages.push_back(entry.message);
    if (closes && !last->to) last->to = std::max(entry.at, last->from);
  }
  Span& last = spans.back();
  if (conversation.is_resolved && !last.to) {
    last.to = last.from;
    for (const ChatwootMessage* message : last.messages) last.to = std::max(*last.to, message->at);
  }
  return spans;
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

void add_people(chat::ThreadRecord& thread, const Span& span, const std::string& assignee) {
  std::set<std::string> agents;
  std::set<std::string> whisperers;
  if (!assignee.empty()) agents.insert(assignee);
  for (const ChatwootMessage* message : span.messages) {
    if (message->author != chat::AuthorKind::agent) continue;
    (message->is_private ? whisperers : agents).insert(message->agent_id);
  }
  thread.agents.assign(agents.begin(), agents.end());
  std::ranges::set_difference(whisperers, agents, std::back_inserter(thread.supervisors));
}

void add_rating(chat::ThreadRecord& thread, const Span& span) {
  for (const ChatwootMessage* message : span.messages) {
    if (!message->rating) continue;
    thread.properties.clear();
    if (!message->comment.empty()) {
      thread.properties.push_back(
          {"rating", "comment",
           chat::received_property_text("rating", "comment", message->comment)});
    }
    thread.properties.push_back({"rating", "score", *message->rating});
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

std::vector<chat::ChatRecord> chatwoot_threads(
    const ChatwootConversation& conversation, std::vector<ChatwootMessage> messages,
    const std::optional<std::vector<ChatwootChange>>& changes, ChatwootGroups groups) {
  const std::vector<Entry> entries = entries_of(messages, changes);
  const std::vector<Span> spans = spans_of(conversation, entries, changes.has_value());
  std::vector<chat::ChatRecord> records;
  records.reserve(spans.size());
  for (const Span& span : spans) {
    const bool is_last = &span == &spans.back();
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
    add_people(thread, span, is_last ? conversation.assignee : std::string());
    if (groups == ChatwootGroups::inboxes) {
      thread.groups = {conversation.inbox};
    } else if (conversation.team) {
      thread.groups = {*conversation.team};
    }
    thread.tags = conversation.labels;
    for (const ChatwootMessage* message : span.messages) {
      thread.events.push_back(event_of(*message, record.thread_id));
    }
    add_rating(thread, span);
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
