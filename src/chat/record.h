#pragma once
// Records: what goes in, freed of everything that no figure needs. No message text, customer name,
// e-mail or IP has a place in these types. Source of the shapes: docs/definitions.md, "Records".

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "time/instant.h"

namespace chatreports::chat {

// The seven event types that LiveChat knows; any other is `other`, which no filter can name.
enum class EventType : std::uint8_t {
  message,
  file,
  form,
  filled_form,
  rich_message,
  custom,
  system_message,
  other,
};

EventType event_type_of(std::string_view name);
std::string_view name_of(EventType type);

enum class SurveyType : std::uint8_t { pre_chat, post_chat };
// "prechat", "pre_chat", "postchat" or "post_chat"; nothing for any other.
std::optional<SurveyType> survey_type_of(std::string_view name);

// A property's value. Which alternative it is counts: the integer 1 is not the text "1".
using Value = std::variant<bool, std::int64_t, std::string>;

struct Property {
  std::string name_space;
  std::string name;
  Value value;
  auto operator<=>(const Property&) const = default;
};

// A filled form as it was sent in. `type` is absent where the event does not tell: such a
// submission is counted in no survey.
struct FilledForm {
  std::string form_id;
  std::optional<SurveyType> type;
  std::vector<std::string> answers;  // "<field id>:<answer id>", in the order of the form
  bool operator==(const FilledForm&) const = default;
};

enum class AuthorKind : std::uint8_t { nobody, customer, agent };

struct Event {
  std::uint64_t key = 0;  // tells it from the thread's other events, see event_key; 0: not known
  EventType type = EventType::message;
  Instant created_at;
  AuthorKind author = AuthorKind::nobody;
  std::string agent_id;             // where the author is an agent
  bool visible_to_customer = true;  // `visibility` is not `agents`
  bool automatic_welcome = false;   // event property lc2.welcome_message
  std::optional<FilledForm> filled_form;
  bool operator==(const Event&) const = default;
};

// A goal that was reached or a sale that was made in a thread.
struct Achievement {
  std::int64_t id = 0;
  std::optional<Instant> at;
  bool from_chat = false;  // told by the chat record; else by a record of its own
  bool operator==(const Achievement&) const = default;
};

// When something happened that carries no time of its own: as the input says (`received_at`), or
// when it was received.
struct ToldAt {
  Instant at;
  bool is_receipt = false;
  auto operator<=>(const ToldAt&) const = default;
};

// What webhooks tell of a thread, a thing each. How they come together with each other and with
// chat records is the matter of chat/operations.h.

// An event came, or is now this. Its author is not known before the thread's users are.
struct EventTold {
  Event event;               // by nobody
  std::uint64_t author = 0;  // as author_digest gives it; 0: nobody
  std::uint32_t order = 0;   // the number in its id: the order among events of the same time
  bool is_update = false;
  bool operator==(const EventTold&) const = default;
};

enum class EventProperty : std::uint8_t { welcome_message, form_type };

struct EventPropertyTold {
  std::uint64_t event_key = 0;
  EventProperty property = EventProperty::welcome_message;
  std::optional<Value> value;  // absent: it was deleted
  bool operator==(const EventPropertyTold&) const = default;
};

struct TagTold {
  std::string tag;
  bool is_there = true;
  bool operator==(const TagTold&) const = default;
};

enum class Layer : std::uint8_t { thread, chat };

struct PropertyTold {
  Layer layer = Layer::thread;
  std::string name_space;
  std::string name;
  std::optional<Value> value;  // absent: it was deleted
  bool operator==(const PropertyTold&) const = default;
};

// The groups are now these; of the chat: of the thread that was running then.
struct GroupsTold {
  Layer layer = Layer::thread;
  std::vector<std::int64_t> groups;  // ascending, each once
  bool operator==(const GroupsTold&) const = default;
};

struct PresenceTold {
  std::string agent_id;
  bool has_joined = true;  // else has left
  bool operator==(const PresenceTold&) const = default;
};

struct EndTold {
  bool operator==(const EndTold&) const = default;
};

using Operation = std::variant<EventTold, EventPropertyTold, TagTold, PropertyTold, GroupsTold,
                               PresenceTold, EndTold>;

struct ToldOperation {
  Operation what;
  ToldAt told_at;
  // It took away what was not there yet: the webhook that brings that is still to come.
  bool is_early = false;
  bool operator==(const ToldOperation&) const = default;
};

// All that is known of a thread. `from_chat_record` is false while only other records spoke of it:
// such a thread is in no report yet.
struct ThreadRecord {
  bool from_chat_record = false;
  bool is_beginning = false;  // the chat record is that of the webhook that told of its beginning
  Instant started_at;
  std::optional<Instant> ended_at;
  std::vector<std::string> agents;        // those listed in the thread, ascending, each once
  std::vector<std::int64_t> groups;       // ascending, each once
  std::vector<std::string> tags;          // ascending, each once
  std::vector<Property> properties;       // by name_space and name, each once
  std::vector<Property> chat_properties;  // likewise; the thread's own lie over those of the chat
  std::vector<Event> events;              // as given
  std::vector<Achievement> goals;  // by id; an id stands once of each origin, told by the chat last
  std::vector<Achievement> sales;  // likewise
  std::optional<Instant>
      greeting_displayed_at;              // told by the greeting record of the same unique id
  std::vector<ToldOperation> operations;  // told by webhooks, over all of the above
  bool operator==(const ThreadRecord&) const = default;
};

struct ChatRecord {
  std::string thread_id;
  ThreadRecord thread;
  std::uint64_t chat_key = 0;  // of the chat that it is a thread of, see chat_key; 0: not known
  bool operator==(const ChatRecord&) const = default;
};

// What a webhook told of a thread or, without a thread's id, of a chat.
struct WebhookRecord {
  std::string thread_id;
  std::uint64_t chat_key = 0;             // 0: not known
  std::optional<ThreadRecord> beginning;  // the thread has begun; a chat record by its form
  std::vector<Operation> operations;
  ToldAt told_at;
  bool operator==(const WebhookRecord&) const = default;
};

// A webhook whose action no figure needs.
struct IgnoredWebhook {
  std::string action;
  bool operator==(const IgnoredWebhook&) const = default;
};

// Where an agent's record is told by webhooks: whether it may replace what is known.
enum class AgentTold : std::uint8_t { by_record, created, updated, deleted };

struct AgentRecord {
  std::string id;
  std::optional<std::string> name;
  std::optional<std::string> timezone;  // IANA
  std::optional<std::vector<std::int64_t>> groups;
  AgentTold told = AgentTold::by_record;
  ToldAt told_at = {};  // by a webhook
  bool operator==(const AgentRecord&) const = default;
};

struct GroupRecord {
  std::int64_t id = 0;
  std::optional<std::string> name;
  bool operator==(const GroupRecord&) const = default;
};

enum class AgentStatus : std::uint8_t { offline, accepting_chats, not_accepting_chats };

struct AgentStatusRecord {
  std::string agent_id;
  AgentStatus status = AgentStatus::offline;
  Instant at;
  bool is_receipt = false;  // `at` is when it was received, and stands there once it is stamped
  bool operator==(const AgentStatusRecord&) const = default;
};

enum class GreetingEvent : std::uint8_t { displayed, canceled, goal };

struct GreetingRecord {
  std::int64_t greeting_id = 0;
  std::string unique_id;
  GreetingEvent event = GreetingEvent::displayed;
  std::optional<std::int64_t> group_id;
  Instant at;
  bool operator==(const GreetingRecord&) const = default;
};

enum class AchievementKind : std::uint8_t { goal, sale };

struct AchievementRecord {
  AchievementKind kind = AchievementKind::goal;
  std::string thread_id;
  std::int64_t id = 0;
  std::optional<Instant> at;
  bool operator==(const AchievementRecord&) const = default;
};

// The secret that a licence's digests of property texts are made with, see chat/property_digest.h.
struct DigestKey {
  std::array<unsigned char, 32> bytes{};
  bool operator==(const DigestKey&) const = default;
};

// The key that the records after it were digested with, where an export carries it to another
// folder. It is no fact and never stands in the store.
struct DigestKeyRecord {
  DigestKey key;
  bool operator==(const DigestKeyRecord&) const = default;
};

using Record = std::variant<ChatRecord, AgentRecord, GroupRecord, AgentStatusRecord, GreetingRecord,
                            AchievementRecord, WebhookRecord, IgnoredWebhook, DigestKeyRecord>;

// Gives what was told without a time the time of its receipt.
void stamp(Record& record, Instant received_at);

// Limits on one record; but for the length of a property's text, a record beyond them is refused.
constexpr std::size_t max_id_bytes = 255;               // thread, agent, form, field, answer ids
constexpr std::size_t max_tag_bytes = 1'024;            // a tag, a property's namespace or name
constexpr std::size_t max_property_text_bytes = 8'192;  // a longer text is kept as its digest
constexpr std::size_t max_elements = 10'000;            // of any list but events
constexpr std::size_t max_events = 100'000;

// What tells an event from others of its thread: n where its id is "<thread id>_<n>", else a digest
// above 2^32. Never 0. Ids of the form "#<hexadecimal digits>", of events and of chats, are such
// digests, so that what was exported can be taken in again.
std::uint64_t event_key(std::string_view thread_id, std::string_view event_id);
// An id that event_key makes the same key of.
std::string event_id_of(std::string_view thread_id, std::uint64_t event_key);
// For an event that has no id, by what it is.
std::uint64_t event_key(Instant created_at, EventType type, std::string_view author_id);
// The number at the end of an event's id, or at its beginning; 0 where there is none. Of events of
// the same time the lower came first.
std::uint32_t event_order(std::string_view event_id);

// What a chat's threads are found by: a digest of its id. Never 0.
std::uint64_t chat_key(std::string_view chat_id);
std::string chat_id_of(std::uint64_t chat_key);

// A digest of a user's id, for who may be a customer. Never 0, but for the empty id.
std::uint64_t author_digest(std::string_view user_id);

}  // namespace chatreports::chat
