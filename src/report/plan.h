#pragma once
// A plan: what an engine is asked. A small closed algebra, the same for every engine, that knows
// neither the names of reports nor time zones. Plain values; plans_of in report/definition.h makes
// those of a report.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/numbers.h"
#include "chat/record.h"
#include "time/buckets.h"
#include "time/instant.h"

namespace chatreports::report {

// A dimension: the set of values that a chat has of it. A chat has at most one value of `greeting`
// and of each kind after it.
struct Field {
  enum class Kind : std::uint8_t {
    agent,            // text
    tag,              // text
    group,            // integer
    event_type,       // integer: chat::EventType
    goal,             // integer
    sale,             // integer
    greeting,         // integer
    first_responder,  // text
    started_by,       // integer: chat::StartedBy
    rating,           // integer: chat::Rating
    country,          // text: the customer's, two letters in upper case
    queue_outcome,    // integer: chat::QueueOutcome; of chats that were queued
    property,         // what the property is
  };
  Kind kind = Kind::agent;
  std::string name_space;  // of a property
  std::string name;        // of a property
  auto operator<=>(const Field&) const = default;

  static Field of(Kind kind) { return {kind, {}, {}}; }
  static Field agent() { return of(Kind::agent); }
  static Field tag() { return of(Kind::tag); }
  static Field group() { return of(Kind::group); }
  static Field event_type() { return of(Kind::event_type); }
  static Field goal() { return of(Kind::goal); }
  static Field sale() { return of(Kind::sale); }
  static Field greeting() { return of(Kind::greeting); }
  static Field first_responder() { return of(Kind::first_responder); }
  static Field started_by() { return of(Kind::started_by); }
  static Field rating() { return of(Kind::rating); }
  static Field country() { return of(Kind::country); }
  static Field queue_outcome() { return of(Kind::queue_outcome); }
  static Field property(std::string name_space, std::string name) {
    return {Kind::property, std::move(name_space), std::move(name)};
  }
};

using Value = chat::Value;

struct Predicate;

// The chat has a value.
struct Exists {
  Field field;
  bool operator==(const Exists&) const = default;
};
// The chat's values and these share an element. A value of another type never matches.
struct HasAny {
  Field field;
  std::vector<Value> values;
  bool operator==(const HasAny&) const = default;
};
// Each of these is a value of the chat.
struct HasEvery {
  Field field;
  std::vector<Value> values;
  bool operator==(const HasEvery&) const = default;
};
// A survey of that type was submitted in the chat, within `at` if given, and contains any of the
// answers (none of them if `none_of` is set). Without `answers`, any submission matches.
struct Submitted {
  chat::SurveyType type = chat::SurveyType::pre_chat;
  std::optional<TimeRange> at;
  std::optional<std::vector<std::string>> answers;
  bool none_of = false;
  bool operator==(const Submitted&) const = default;
};
// The chat has a greeting that was sent within the range.
struct GreetingSent {
  TimeRange at;
  bool operator==(const GreetingSent&) const = default;
};
// All of them hold; true of none.
struct All {
  std::vector<Predicate> predicates;
  bool operator==(const All&) const;
};

// The default holds for everything.
struct Predicate {
  using Test = std::variant<All, Exists, HasAny, HasEvery, Submitted, GreetingSent>;
  bool negated = false;
  Test test;
  bool operator==(const Predicate&) const = default;

  static Predicate that(Test test) { return {false, std::move(test)}; }
  static Predicate not_that(Test test) { return {true, std::move(test)}; }
};

inline bool All::operator==(const All& other) const {
  return predicates == other.predicates;
}

// A quantity of a chat. Durations are in microseconds.
enum class Column : std::uint8_t {
  count,
  duration,
  agents_chatting_duration,
  response_time,        // of chats with a response; others add nothing
  first_response_time,  // likewise
  queue_wait,           // of chats that were queued; others add nothing
};

// How the values of the chats become one figure. The least and the greatest of none are 0.
enum class Aggregate : std::uint8_t { sum, minimum, maximum };

struct Measure {
  Column column = Column::count;
  std::optional<Predicate> where;        // only the chats of which it holds
  Aggregate aggregate = Aggregate::sum;  // `sum` of a count
  bool operator==(const Measure&) const = default;
};

// Chats: one cell per bucket, and per value of `group_by` where it is given (a chat counts under
// each of its values; chats without one in no cell).
struct ChatsSource {
  std::optional<Field> group_by;
  std::vector<Measure> measures;
  bool operator==(const ChatsSource&) const = default;
};

// Survey submissions of the chats, in one bucket: how many per group of the chat (0 where it has
// none) and form, and per answer of these.
struct SubmissionsSource {
  bool operator==(const SubmissionsSource&) const = default;
};

// The chats whose customers left the queue, in one bucket: of several threads of a chat the last.
// The table has a page of them; pages count from 1.
struct DeparturesSource {
  std::int64_t page = 1;
  std::int64_t page_size = 100;
  bool operator==(const DeparturesSource&) const = default;
};

// Greeting events by their own time: how many per bucket, greeting and kind of event; only those
// within `at` where it is given. The plan's predicate is about the event and may name the fields
// `greeting` and `group` alone.
struct GreetingEventsSource {
  std::optional<TimeRange> at;
  bool operator==(const GreetingEventsSource&) const = default;
};

// How long agents had a status: the length of the union over the agents per bucket or, with
// `by_agent`, the length per bucket and agent. A status holds until the next one; the last one
// until `until`, after which nothing counts. The plan's predicate is about the agent and may name
// the fields `agent` (the id) and `group` (of the agent's record) alone.
struct StatusTimesSource {
  chat::AgentStatus status = chat::AgentStatus::accepting_chats;
  bool by_agent = false;
  Instant until = latest_instant;
  bool operator==(const StatusTimesSource&) const = default;
};

// How long each agent chatted within the buckets' range: the length of the union of the agent's
// chatting intervals. The plan's predicate is about their chats, which may start at any time; there
// is one bucket, the whole.
struct ChattingTimesSource {
  bool operator==(const ChattingTimesSource&) const = default;
};

using Source = std::variant<ChatsSource, SubmissionsSource, DeparturesSource, GreetingEventsSource,
                            StatusTimesSource, ChattingTimesSource>;

struct Plan {
  LicenseId license;
  Source source;
  // Chats are picked by started_at within the buckets' range; with `any_start`, whenever they
  // started, by the predicate alone. Then those that started outside count in the nearest bucket.
  bool any_start = false;
  Predicate predicate;  // the default holds for all
  Buckets buckets;
};

}  // namespace chatreports::report
