#pragma once
// A query: what somebody asked for, understood. The api makes it from a request, a report turns it
// into plans. All times are instants; the zone and the range are decided.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/numbers.h"
#include "report/plan.h"
#include "time/buckets.h"
#include "time/zone.h"

namespace chatreports::report {

// A condition on a set: exactly one of the three kinds. Source: docs/definitions/filters.md, "Set
// filters".
struct SetFilter {
  enum class Kind { exists, values, exclude_values };
  Kind kind = Kind::exists;
  bool exists = true;         // of Kind::exists
  std::vector<Value> values;  // of the others; not empty, ascending, each once
  bool require_every_value = false;
  // The values are texts, and each matches every value that is written so: "5" matches the text and
  // the integer. A query string asks for a property in this way.
  bool as_written = false;
  bool operator==(const SetFilter&) const = default;
};

struct PropertyFilter {
  std::string name_space;
  std::string name;
  SetFilter filter;
  bool operator==(const PropertyFilter&) const = default;
};

// Such a survey was submitted in the chat, and the chat is in such groups. `exists` = false negates
// the condition.
struct SurveyFilter {
  Submitted submitted;
  std::optional<SetFilter> groups;
  bool exists = true;
  bool operator==(const SurveyFilter&) const = default;
};

struct GreetingsFilter {
  std::optional<TimeRange> sent_at;
  std::optional<SetFilter> ids;
  std::optional<SetFilter> groups;
  bool operator==(const GreetingsFilter&) const = default;
};

// The chat has a response or, if `first` is set, a first response by such an agent in such groups.
// `exists` = false negates the condition. If `first` is false, only `exists` is used.
struct AgentResponseFilter {
  bool first = false;
  std::optional<bool> exists;
  std::optional<SetFilter> agents;
  std::optional<SetFilter> groups;
  bool operator==(const AgentResponseFilter&) const = default;
};

struct Filters {
  std::vector<SetFilter> agents;  // all of them: that of the request, and that of the token
  std::optional<SetFilter> tags;
  std::vector<SetFilter> groups;  // likewise
  std::optional<SetFilter> goals;
  std::optional<SetFilter> sales;
  std::optional<SetFilter> event_types;         // of chat::EventType, as integers
  std::optional<SetFilter> customer_countries;  // of codes in upper case
  std::vector<PropertyFilter> properties;
  std::vector<SurveyFilter> surveys;
  std::optional<GreetingsFilter> greetings;
  std::optional<AgentResponseFilter> agent_response;
  bool operator==(const Filters&) const = default;
};

// The labels of a licence's forms: of a field or, with an answer's id, of an answer. By form, field
// and answer.
using FormLabels = std::map<std::tuple<std::string, std::string, std::string>, std::string>;

// The event that must be within the range for a chat to count.
enum class PickedBy : std::uint8_t {
  start,          // the chat's start: filters.from and to, or the default range
  greeting_sent,  // the sending of its greeting: filters.greetings.from and to
  submission,     // the submission of a survey: filters.surveys[].from and to
};

struct Query {
  LicenseId license;
  Zone zone = Zone::utc();
  TimeRange range;
  bool is_up_to_now = false;  // the range is the default one, which moves with the time
  Instant now;                // until then an agent has the status that was set last
  PickedBy picked_by = PickedBy::start;
  Distribution distribution = Distribution::day;
  std::size_t max_buckets = Buckets::default_max_size;
  Filters filters;
  std::int64_t page = 1;  // of a report that has pages; 1 or above
  std::shared_ptr<const FormLabels> form_labels = nullptr;  // of a report that shows them
};

// A set filter as a predicate on that field.
Predicate predicate_of(const Field& field, const SetFilter& filter);

// All filters of the query as one predicate, including those that pick chats by another event than
// their start.
Predicate predicate_of(const Filters& filters);

}  // namespace chatreports::report
