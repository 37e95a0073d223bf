#pragma once
// Events of a thread, freed of their text. Source of the shapes: docs/definitions/records.md.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/seldom.h"
#include "time/instant.h"

namespace chatreports::chat {

// `system` (archives of 3.6 and later) neither begins nor ends a chat. `other` is any type that
// LiveChat does not name; no filter accepts it.
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
// A type and a score for which system_message_of returns this meaning; empty for `other`.
struct SystemMessageName {
  std::string_view type;
  std::string_view score;
};
SystemMessageName name_of(SystemMessage message);

enum class SurveyType : std::uint8_t { pre_chat, post_chat };
// Also reads "prechat" and "postchat". Returns nothing for any other name.
std::optional<SurveyType> survey_type_of(std::string_view name);
std::string_view name_of(SurveyType type);

// A form as it was submitted. Without `type` the submission counts in no survey.
struct FilledForm {
  std::string form_id;
  std::optional<SurveyType> type;
  std::vector<std::string> answers;  // "<field id>:<answer id>", in the order of the form
  bool operator==(const FilledForm&) const = default;
};

// `unlisted`: not among the users of the chat. Such an author is an agent if the licence knows an
// agent of that id, else a customer.
enum class AuthorKind : std::uint8_t { nobody, customer, agent, unlisted };

// An import has hundreds of thousands of events in memory, so an event is small.
struct Event {
  std::uint64_t key = 0;  // identifies it within the thread (event_key in ids.h); 0: not known
  EventType type = EventType::message;
  AuthorKind author = AuthorKind::nobody;
  bool visible_to_customer = true;                      // `visibility` is not `agents`
  bool automatic_welcome = false;                       // event property lc2.welcome_message
  bool automatic_greeting = false;                      // event property lc2.greeting_id
  SystemMessage system_message = SystemMessage::other;  // of an event of that type
  Instant created_at;
  std::string agent_id;             // if the author is an agent
  std::uint64_t author_digest = 0;  // if the author is unlisted
  Seldom<FilledForm> filled_form;   // of an event of that type
  bool operator==(const Event&) const = default;
};

// Returns whether the machine sent the event in an agent's name.
inline bool is_automatic(const Event& event) {
  return event.automatic_welcome || event.automatic_greeting;
}

// The label of a form's field or, with `answer_id`, of one of its answers, in an event at `at`.
struct FormLabel {
  std::string form_id;
  std::string field_id;
  std::string answer_id;  // empty: the field itself
  std::string label;
  Instant at;
  bool operator==(const FormLabel&) const = default;
};

}  // namespace chatreports::chat
