#pragma once
// Records: what goes in, freed of everything that no figure needs. No message text, customer name,
// e-mail or IP has a place in these types. Source of the shapes: docs/definitions/records.md.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/seldom.h"
#include "chat/event.h"
#include "chat/ids.h"
#include "chat/limits.h"
#include "chat/property.h"
#include "chat/thread_record.h"
#include "chat/update.h"
#include "time/instant.h"

namespace chatreports::chat {

struct ChatRecord {
  std::string thread_id;
  ThreadRecord thread;
  std::string chat_id = {};            // the chat that the thread belongs to; empty: not known
  bool is_restricted = false;          // it comes without its events, and removes nothing
  std::vector<FormLabel> labels = {};  // from its forms, for the whole licence
  bool operator==(const ChatRecord&) const = default;
};

// A webhook about a thread or, without a thread's id, about a chat.
struct WebhookRecord {
  std::string thread_id;
  std::string chat_id = {};             // empty: not known
  Seldom<ThreadRecord> beginning = {};  // the thread has begun; its form is that of a chat record
  std::vector<Update> updates;
  UpdateTime time;
  std::vector<FormLabel> labels = {};
  // If no thread is named, the id of the event that the updates are about: with the thread's id it
  // makes the event's key.
  std::string event_id = {};
  bool operator==(const WebhookRecord&) const = default;
};

// A webhook whose action no figure needs.
struct IgnoredWebhook {
  std::string action;
  bool operator==(const IgnoredWebhook&) const = default;
};

// The source of an agent's record: a record of its own, or a webhook that created, updated,
// deleted or suspended the agent. `named` is a webhook that tells no more than that there is such
// an agent.
enum class AgentUpdate : std::uint8_t { record, created, updated, deleted, suspended, named };

struct AgentRecord {
  std::string id;
  std::optional<std::string> name;
  std::optional<std::string> timezone;  // IANA
  std::optional<std::vector<std::int64_t>> groups;
  AgentUpdate update = AgentUpdate::record;
  UpdateTime time = {};  // of the webhook
  bool is_bot = false;   // a record or a webhook of a bot says so, or the id does
  bool operator==(const AgentRecord&) const = default;
};

struct GroupRecord {
  std::int64_t id = 0;
  std::optional<std::string> name;
  // If a webhook lists the group's agents: their ids, ascending, each once, and its time.
  std::optional<std::vector<std::string>> members = {};
  UpdateTime time = {};
  bool operator==(const GroupRecord&) const = default;
};

enum class AgentStatus : std::uint8_t { offline, accepting_chats, not_accepting_chats };
// Also reads spaces in place of underscores. Returns nothing for any other name.
std::optional<AgentStatus> agent_status_of(std::string_view name);
std::string_view name_of(AgentStatus status);

struct AgentStatusRecord {
  std::string agent_id;
  AgentStatus status = AgentStatus::offline;
  Instant at;
  bool is_receipt = false;  // `at` is the time of receipt, which `stamp` sets
  bool operator==(const AgentStatusRecord&) const = default;
};

enum class GreetingEvent : std::uint8_t { displayed, canceled, goal };
std::optional<GreetingEvent> greeting_event_of(std::string_view name);
std::string_view name_of(GreetingEvent event);

struct GreetingRecord {
  std::int64_t greeting_id = 0;
  std::string unique_id;
  GreetingEvent event = GreetingEvent::displayed;
  std::optional<std::int64_t> group_id;
  Instant at;
  bool operator==(const GreetingRecord&) const = default;
};

enum class AchievementKind : std::uint8_t { goal, sale };
std::string_view name_of(AchievementKind kind);

struct AchievementRecord {
  AchievementKind kind = AchievementKind::goal;
  std::string thread_id;
  std::int64_t id = 0;
  std::optional<Instant> at;
  bool operator==(const AchievementRecord&) const = default;
};

// The secret of a licence's digests of property texts, see chat/property_digest.h.
struct DigestKey {
  std::array<unsigned char, 32> bytes{};
  bool operator==(const DigestKey&) const = default;
};

// The key that the records after it were digested with, in an export for another folder. It is not
// a fact and is never stored among the records.
struct DigestKeyRecord {
  DigestKey key;
  bool operator==(const DigestKeyRecord&) const = default;
};

struct QueueRecord {
  std::string thread_id;
  QueueStay stay;
  bool operator==(const QueueRecord&) const = default;
};

// How far the licence's chats were fetched from another system. It is no fact: it comes with the
// records of a page, as the last one, so that it is stored once they are.
struct FetchState {
  std::string source;  // "livechat"
  std::string text;    // of pull/pull_state.h
  bool operator==(const FetchState&) const = default;
};

using Record = std::variant<ChatRecord, AgentRecord, GroupRecord, AgentStatusRecord, GreetingRecord,
                            AchievementRecord, WebhookRecord, IgnoredWebhook, DigestKeyRecord,
                            QueueRecord, FormLabel, FetchState>;

// Gives the time of receipt to a record that has no time.
void stamp(Record& record, Instant received_at);
// Returns the time of receipt of a record that has no other.
std::optional<Instant> receipt_of(const Record& record);

}  // namespace chatreports::chat
