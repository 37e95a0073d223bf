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
#include "time/instant.h"

namespace chatreports::chat {

// The types of events. `system` (archives of 3.6 and later) begins and ends no chat; any type that
// LiveChat does not name is `other`, which no filter can ask for.
enum class EventType : std::uint8_t {
  message,
  file,
  form,
  filled_form,
  rich_message,
  custom,
  system_message,
  system,
  other,
};

EventType event_type_of(std::string_view name);
std::string_view name_of(EventType type);

// The meaning of an event's `system_message_type`, as far as a figure needs it. `rated_otherwise`
// is a rating message that says neither good nor bad.
enum class SystemMessage : std::uint8_t {
  other,
  closing,
  rated_good,
  rated_bad,
  rated_otherwise,
  rating_canceled,
  unassigned,
};
// `score` is the `text_vars.score` of a message `rating.chat_rated`.
SystemMessage system_message_of(std::string_view type, std::string_view score);
// The type and the score from which system_message_of makes the same meaning; empty for `other`.
struct SystemMessageName {
  std::string_view type;
  std::string_view score;
};
SystemMessageName name_of(SystemMessage message);

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

// `unlisted`: not among the users of the chat. Such an author is an agent if the licence knows an
// agent of that id, else a customer.
enum class AuthorKind : std::uint8_t { nobody, customer, agent, unlisted };

// An import has hundreds of thousands of them in memory, so they are small.
struct Event {
  std::uint64_t key = 0;  // tells it from the thread's other events, see event_key; 0: not known
  EventType type = EventType::message;
  AuthorKind author = AuthorKind::nobody;
  bool visible_to_customer = true;                      // `visibility` is not `agents`
  bool automatic_welcome = false;                       // event property lc2.welcome_message
  bool automatic_greeting = false;                      // event property lc2.greeting_id
  SystemMessage system_message = SystemMessage::other;  // of an event of that type
  Instant created_at;
  std::string agent_id;             // where the author is an agent
  std::uint64_t author_digest = 0;  // where the author is unlisted
  Seldom<FilledForm> filled_form;   // of an event of that type
  bool operator==(const Event&) const = default;
};

// Sent by the machine in an agent's name.
inline bool is_automatic(const Event& event) {
  return event.automatic_welcome || event.automatic_greeting;
}

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

// The operations that webhooks tell of a thread, one thing each. How they come together with each
// other and with chat records is the matter of chat/operations.h.

// An event came, or is now this. Its author is not known before the thread's users are.
struct EventTold {
  Event event;               // by nobody
  std::uint64_t author = 0;  // as author_digest gives it; 0: nobody
  std::uint32_t order = 0;   // the number in its id: the order among events of the same time
  bool is_update = false;
  bool operator==(const EventTold&) const = default;
};

enum class EventProperty : std::uint8_t { welcome_message, form_type, greeting_id };

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
  bool has_joined = true;      // else has left
  bool is_supervisor = false;  // has joined unseen by the customer
  bool operator==(const PresenceTold&) const = default;
};

struct EndTold {
  bool operator==(const EndTold&) const = default;
};

// It was put into the queue. That has a time of its own.
struct QueuedTold {
  Instant queued_at;
  bool operator==(const QueuedTold&) const = default;
};

// Somebody joined or left, and the webhook leaves out whether it was an agent: that is so where the
// thread has an agent of that id.
struct UserPresenceTold {
  std::uint64_t user = 0;  // as author_digest gives it
  bool has_joined = true;  // else has left
  bool operator==(const UserPresenceTold&) const = default;
};

// One group more, or one less.
struct GroupTold {
  std::int64_t group = 0;
  bool is_there = true;
  bool operator==(const GroupTold&) const = default;
};

using Operation = std::variant<EventTold, EventPropertyTold, TagTold, PropertyTold, GroupsTold,
                               PresenceTold, EndTold, QueuedTold, UserPresenceTold, GroupTold>;

struct ToldOperation {
  Operation what;
  ToldAt told_at;
  // It took away what was not there yet: the webhook that brings that is still to come.
  bool is_early = false;
  // The webhook named the chat alone, and this thread was running then.
  bool is_of_chat = false;
  bool operator==(const ToldOperation&) const = default;
};

// When it happened: an event has a time of its own.
Instant happened_at(const Operation& operation, ToldAt told_at);

// The first half of the SHA-256 of a customer's id.
using CustomerDigest = std::array<std::uint8_t, 16>;

// ISO 3166-1 alpha-2, upper case; zeros if the country that was told is no such code.
struct Country {
  std::array<char, 2> letters{};
  std::string_view code() const {
    return letters == std::array<char, 2>{} ? std::string_view()
                                            : std::string_view(letters.data(), letters.size());
  }
  bool operator==(const Country&) const = default;
};

// A wait in the queue, as a record of its own tells it.
struct QueueStay {
  Instant entered_at;
  Instant ended_at;         // not before entered_at
  bool has_entered = true;  // the chat; else the customer left the queue
  bool operator==(const QueueStay&) const = default;
};

// All that is known of a thread. `from_chat_record` is false while only other records spoke of it:
// such a thread is in no report yet.
struct ThreadRecord {
  bool from_chat_record = false;
  bool is_beginning = false;  // the chat record is that of the webhook that told of its beginning
  bool is_active = false;     // the chat record says so
  // The country of this visit, and the customer's country as it was told first.
  std::optional<Country> country;
  std::optional<Country> visit_country;
  std::optional<CustomerDigest> customer;  // of the first of the users who is no agent
  Instant started_at;
  std::optional<Instant> ended_at;
  // Users of type agent: those listed in the thread; those whom the customer can't see; others of
  // the chat. Ascending, each once and in one of the lists.
  std::vector<std::string> agents;
  std::vector<std::string> supervisors;
  std::vector<std::string> other_agents;
  // Unlisted authors whom the licence knows as agents, ascending, each once. Looked up by the
  // store.
  std::vector<std::string> known_agents;
  std::vector<std::int64_t> groups;       // ascending, each once
  std::vector<std::string> tags;          // ascending, each once
  std::vector<Property> properties;       // by name_space and name, each once
  std::vector<Property> chat_properties;  // likewise; the thread's own lie over those of the chat
  std::vector<Event> events;              // as given
  std::vector<Achievement> goals;  // by id; an id stands once of each origin, told by the chat last
  std::vector<Achievement> sales;  // likewise
  std::optional<Instant>
      greeting_displayed_at;                    // told by the greeting record of the same unique id
  std::optional<std::int64_t> queues_duration;  // seconds; the sum of the waits in the queue
  std::vector<Instant> queued_at;               // told by webhooks; ascending, each once
  std::vector<QueueStay> queue_stays;           // of records of their own; by entered_at, each once
  std::vector<ToldOperation> operations;        // told by webhooks, over all of the above
  bool operator==(const ThreadRecord&) const = default;
};

// The text of a form's field or, with `answer_id`, of one of its answers, in an event of that time.
struct FormLabel {
  std::string form_id;
  std::string field_id;
  std::string answer_id;  // empty: the field itself
  std::string label;
  Instant at;
  bool operator==(const FormLabel&) const = default;
};

struct ChatRecord {
  std::string thread_id;
  ThreadRecord thread;
  std::string chat_id = {};            // of the chat that it is a thread of; empty: not known
  bool is_restricted = false;          // without its events: it takes nothing away
  std::vector<FormLabel> labels = {};  // what its forms tell, for the whole licence
  bool operator==(const ChatRecord&) const = default;
};

// A webhook about a thread or, without a thread's id, about a chat.
struct WebhookRecord {
  std::string thread_id;
  std::string chat_id = {};             // empty: not known
  Seldom<ThreadRecord> beginning = {};  // the thread has begun; a chat record by its form
  std::vector<Operation> operations;
  ToldAt told_at;
  std::vector<FormLabel> labels = {};
  // The id of the event that the operations are about, if no thread is named: with the thread's id
  // it makes the event's key.
  std::string event_id = {};
  bool operator==(const WebhookRecord&) const = default;
};

// A webhook whose action no figure needs.
struct IgnoredWebhook {
  std::string action;
  bool operator==(const IgnoredWebhook&) const = default;
};

// Where an agent's record is told by webhooks: whether it may replace what is known. `named` and
// `suspended` tell no more than that there is such an agent; who is suspended or deleted goes
// offline.
enum class AgentTold : std::uint8_t { by_record, created, updated, deleted, suspended, named };

struct AgentRecord {
  std::string id;
  std::optional<std::string> name;
  std::optional<std::string> timezone;  // IANA
  std::optional<std::vector<std::int64_t>> groups;
  AgentTold told = AgentTold::by_record;
  ToldAt told_at = {};  // by a webhook
  bool is_bot = false;  // a record or a webhook of a bot says so, or the id does
  bool operator==(const AgentRecord&) const = default;
};

// LiveChat's ids of bots are 32 hexadecimal digits, those of its agents are e-mail addresses.
bool is_bot_id(std::string_view agent_id);

struct GroupRecord {
  std::int64_t id = 0;
  std::optional<std::string> name;
  // The ids of its agents, ascending, each once, where a webhook tells them, and when.
  std::optional<std::vector<std::string>> members = {};
  ToldAt told_at = {};
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

struct QueueRecord {
  std::string thread_id;
  QueueStay stay;
  bool operator==(const QueueRecord&) const = default;
};

using Record = std::variant<ChatRecord, AgentRecord, GroupRecord, AgentStatusRecord, GreetingRecord,
                            AchievementRecord, WebhookRecord, IgnoredWebhook, DigestKeyRecord,
                            QueueRecord, FormLabel>;

// Gives what was told without a time the time of its receipt.
void stamp(Record& record, Instant received_at);

// Limits on one record; but for the length of a property's text, a record beyond them is refused.
constexpr std::size_t max_id_bytes = 255;               // thread, agent, form, field, answer ids
constexpr std::size_t max_tag_bytes = 1'024;            // a tag, a property's namespace or name
constexpr std::size_t max_property_text_bytes = 8'192;  // a longer text is kept as its digest
constexpr std::size_t max_elements = 10'000;            // of any list but events
constexpr std::size_t max_label_bytes = 1'024;          // of a form; a longer one is left out
constexpr std::size_t max_events = 100'000;

// The key of an event within its thread: n if its id is "<thread id>_<n>", else a digest above
// 2^32. Never 0. An event's id of the form "#<hexadecimal digits>" is such a digest: exports
// contain them.
std::uint64_t event_key(std::string_view thread_id, std::string_view event_id);
// An id that event_key makes the same key of.
std::string event_id_of(std::string_view thread_id, std::uint64_t event_key);
// For an event that has no id, by what it is.
std::uint64_t event_key(Instant created_at, EventType type, std::string_view author_id);
// The number at the end of an event's id, or at its beginning; 0 where there is none. If events
// have the same time, the one with the lower number came first.
std::uint32_t event_order(std::string_view event_id);

// "#" and a digest in hexadecimal digits, in place of a chat's id that is longer than max_id_bytes.
std::string digested_chat_id(std::string_view chat_id);

// Nothing for an id that says that nobody knows it (`unknown_customer_id`).
std::optional<CustomerDigest> customer_digest(std::string_view user_id);
// An id that customer_digest makes the same digest of.
std::string customer_id_of(const std::optional<CustomerDigest>& digest);
constexpr std::string_view unknown_customer_id = "#";

// A digest of a user's id, for who may be a customer: the first 64 bits of customer_digest. Never
// 0, but for the empty id.
std::uint64_t author_digest(std::string_view user_id);
std::uint64_t author_digest(const CustomerDigest& customer);
// An id that author_digest makes the same digest of.
std::string author_id_of(std::uint64_t author_digest);

// The code has two letters, upper case or lower; any other text is no code.
Country country_of(std::string_view code);

}  // namespace chatreports::chat
