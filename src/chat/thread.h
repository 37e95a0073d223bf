#pragma once
// The facts of a thread: what reports are made from. Derived from a ThreadRecord by
// chat/derive.h; plain values. Source of each: docs/definitions/facts.md.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/numbers.h"
#include "chat/record.h"
#include "time/instant.h"

namespace chatreports::chat {

enum class StartedBy : std::uint8_t { customer_from_greeting, customer_without_greeting, agent };

enum class Rating : std::uint8_t { bad, good };

struct FirstResponse {
  std::string agent_id;
  Duration wait{};
  bool operator==(const FirstResponse&) const = default;
};

struct SurveySubmission {
  std::string form_id;
  SurveyType type = SurveyType::pre_chat;
  Instant submitted_at;
  std::vector<std::string> answers;  // "<field id>:<answer id>", ascending, each once
  auto operator<=>(const SurveySubmission&) const = default;
};

struct Greeting {
  std::int64_t id = 0;
  Instant sent_at;
  bool operator==(const Greeting&) const = default;
};

enum class QueueOutcome : std::uint8_t { left, entered };

// A chat that was queued, and does not wait any more.
struct Queue {
  QueueOutcome outcome = QueueOutcome::left;
  Instant began_at;   // the first wait
  Duration waited{};  // all waits together
  // If the customer left, whom a report lists; else empty.
  std::string thread_id = {};
  std::string chat_id = {};  // empty, too, if it is not known
  std::optional<CustomerDigest> customer = {};
  bool operator==(const Queue&) const = default;
};

// When an agent took part in a thread: from joining to leaving, within the thread.
struct ChattingInterval {
  std::string agent_id;
  Instant from;
  Instant to;  // after `from`
  auto operator<=>(const ChattingInterval&) const = default;
};

struct Thread {
  Instant started_at;
  Duration duration{};  // ended − started; never below 0
  Duration agents_chatting_duration{};
  std::optional<FirstResponse> first_response;
  std::optional<Duration> response_time;  // there exactly where first_response is
  StartedBy started_by = StartedBy::customer_without_greeting;
  std::optional<Greeting> greeting;
  std::optional<Rating> rating;
  std::vector<std::string> agents;  // sets: ascending, each once
  std::vector<std::int64_t> groups;
  std::vector<std::string> tags;
  std::vector<Property> properties;    // by name_space and name, each once
  std::vector<EventType> event_types;  // ascending, each once, without `other`
  std::vector<std::int64_t> goals;
  std::vector<std::int64_t> sales;
  std::vector<SurveySubmission> submissions;  // by time of submission, then as given
  std::vector<ChattingInterval> chatting;     // ascending; those of one agent apart from each other
  Country country;                            // of the customer; empty: not known
  std::optional<Queue> queue;
  bool operator==(const Thread&) const = default;
};

// A thread's facts are now these; where it was already known, what it was known as before.
struct ThreadChange {
  ThreadNumber thread;
  std::optional<Instant> previous_started_at;  // absent: the thread is new to reports
  Thread facts;
  bool operator==(const ThreadChange&) const = default;
};

// A greeting event is now this; where it replaces another, what that was.
struct GreetingChange {
  std::optional<GreetingRecord> previous;
  GreetingRecord event;
  bool operator==(const GreetingChange&) const = default;
};

// The new facts of an agent: its groups. An agent without a record has none.
struct AgentChange {
  std::string agent_id;
  std::vector<std::int64_t> groups;  // ascending, each once
  bool operator==(const AgentChange&) const = default;
};

// The status that the agent set at that time is now this.
struct StatusChange {
  AgentStatusRecord status;
  bool operator==(const StatusChange&) const = default;
};

// Facts that were deleted, see chat/deletion.h. No change before a removal matters after it.
struct ThreadRemoval {
  ThreadNumber thread;
  bool operator==(const ThreadRemoval&) const = default;
};
// The groups and statuses of the agent whose id was replaced by this one (chat/hidden_agents.h).
// Under the new id they come as changes, and so do the agent's threads.
struct AgentRemoval {
  std::string replaced_by;
  bool operator==(const AgentRemoval&) const = default;
};
// Threads that began before, greeting events before, and statuses that no longer held then: of each
// agent the last one before stays.
struct TimeRemoval {
  Instant before;
  bool operator==(const TimeRemoval&) const = default;
};
// Everything of the licence.
struct LicenseRemoval {
  bool operator==(const LicenseRemoval&) const = default;
};
using Removal = std::variant<ThreadRemoval, AgentRemoval, TimeRemoval, LicenseRemoval>;

// A change of a fact, as the store numbers it and an engine applies it.
struct Change {
  ChangeNumber number;
  LicenseId license;
  std::variant<ThreadChange, GreetingChange, AgentChange, StatusChange, Removal> what;
  bool operator==(const Change&) const = default;
};

}  // namespace chatreports::chat
