#pragma once
// Records: what goes in, freed of everything that no figure needs. No message text, customer name,
// e-mail or IP has a place in these types. Source of the shapes: docs/definitions.md, "Records".

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

// All that is known of a thread. `from_chat_record` is false while only other records spoke of it:
// such a thread is in no report yet.
struct ThreadRecord {
  bool from_chat_record = false;
  Instant started_at;
  std::optional<Instant> ended_at;
  std::vector<std::string> agents;   // those listed in the thread, ascending, each once
  std::vector<std::int64_t> groups;  // ascending, each once
  std::vector<std::string> tags;     // ascending, each once
  std::vector<Property> properties;  // by name_space and name, each once
  std::vector<Event> events;         // as given
  std::vector<Achievement> goals;  // by id; an id stands once of each origin, told by the chat last
  std::vector<Achievement> sales;  // likewise
  std::optional<Instant>
      greeting_displayed_at;  // told by the greeting record of the same unique id
  bool operator==(const ThreadRecord&) const = default;
};

struct ChatRecord {
  std::string thread_id;
  ThreadRecord thread;
  bool operator==(const ChatRecord&) const = default;
};

struct AgentRecord {
  std::string id;
  std::optional<std::string> name;
  std::optional<std::string> timezone;  // IANA
  std::optional<std::vector<std::int64_t>> groups;
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

using Record = std::variant<ChatRecord, AgentRecord, GroupRecord, AgentStatusRecord, GreetingRecord,
                            AchievementRecord>;

// Limits on one record; a record beyond them is refused.
constexpr std::size_t max_id_bytes = 255;               // thread, agent, form, field, answer ids
constexpr std::size_t max_tag_bytes = 1'024;            // a tag, a property's namespace or name
constexpr std::size_t max_property_text_bytes = 8'192;  // a property's text
constexpr std::size_t max_elements = 10'000;            // of any list but events
constexpr std::size_t max_events = 100'000;

// Turns free text that a customer may have written (`rating.comment`) into a digest of it, so that
// a filter can still ask for it and nobody can read it; other text is answered unchanged, and so is
// a digest, so that what was exported can be taken in again.
std::string stored_property_text(std::string_view name_space, std::string_view name,
                                 std::string_view text);

}  // namespace chatreports::chat
