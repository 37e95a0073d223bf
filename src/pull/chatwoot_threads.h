#pragma once
// Conversations of Chatwoot → chats. Pure. A conversation that was resolved and opened again is a
// thread for each time. No text of a message, and no name or address of a customer, is kept. Source
// of the shapes: Chatwoot's public API reference and source code, version 4.15. What each fact is
// made of: docs/chatwoot.md.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/event.h"
#include "chat/record.h"
#include "time/instant.h"

namespace chatreports::pull {

// What a group of the reports is.
enum class ChatwootGroups : std::uint8_t { inboxes, teams };
std::string_view name_of(ChatwootGroups groups);
// Returns nothing for any other name.
std::optional<ChatwootGroups> chatwoot_groups_of(std::string_view name);

struct ChatwootConversation {
  std::int64_t id = 0;  // the number that people see
  std::int64_t account = 0;
  std::int64_t inbox = 0;
  std::optional<std::int64_t> team = {};
  bool is_resolved = false;
  Instant created_at = {};
  std::optional<Instant> updated_at = {};  // versions before 4.0.2 do not tell it
  std::int64_t contact = 0;
  std::string assignee = {};  // the id of an agent or a bot; empty: nobody
  std::vector<std::string> labels = {};
  std::optional<chat::Country> country = {};
  std::string channel = {};
  std::string priority = {};
};

// How the state of a conversation has changed.
enum class ChatwootMark : std::uint8_t { none, resolved, opened };

struct ChatwootChange {
  ChatwootMark mark = ChatwootMark::none;
  Instant at;
};

struct ChatwootMessage {
  std::int64_t id = 0;
  Instant at = {};
  chat::EventType type = chat::EventType::message;
  chat::AuthorKind author = chat::AuthorKind::nobody;
  std::string agent_id = {};  // of an agent or a bot
  bool is_bot = false;
  bool is_private = false;    // or was never delivered
  bool is_automatic = false;  // no person has written it
  bool is_activity = false;   // what happened, as a sentence
  bool is_survey = false;     // the question for a rating, which is sent when it is resolved
  ChatwootMark mark = {};     // of an activity, if its sentence is known
  std::optional<std::int64_t> rating = {};  // the answer to the survey
  std::string comment = {};                 // likewise
};

// Returns the records of the conversation's threads, in order. `changes` are those of the reporting
// events; where there are none, sentences of activities in English tell, and what is left to tell:
// docs/chatwoot.md. Ids of agents are those of Chatwoot's users ("5"), of its bots ("bot-7") and
// assistants ("assistant-3").
std::vector<chat::ChatRecord> chatwoot_threads(const ChatwootConversation& conversation,
                                               std::vector<ChatwootMessage> messages,
                                               const std::vector<ChatwootChange>& changes,
                                               ChatwootGroups groups);

}  // namespace chatreports::pull
