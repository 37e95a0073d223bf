#include "engine/reference/holds.h"

#include <algorithm>

#include "base/check.h"

namespace chatreports::engine::reference {
namespace {

using report::Field;
using report::Value;

template <class T>
std::vector<Value> as_values(const std::vector<T>& values) {
  return {values.begin(), values.end()};
}

bool contains(const std::vector<Value>& values, const Value& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool submitted(const report::Submitted& test, const chat::Thread& thread) {
  return std::ranges::any_of(thread.submissions, [&](const chat::SurveySubmission& submission) {
    if (submission.type != test.type) return false;
    if (test.at && !test.at->contains(submission.submitted_at)) return false;
    if (!test.answers) return true;
    const bool any = std::ranges::any_of(*test.answers, [&](const std::string& answer) {
      return std::ranges::find(submission.answers, answer) != submission.answers.end();
    });
    return any != test.none_of;
  });
}

// `Subject` is a thread, a greeting event or an agent; `values_in` returns its values of a field.
template <class Subject, class ValuesOf>
bool holds_for(const report::Predicate& predicate, const Subject& subject, ValuesOf values_in) {
  const auto test = [&](const auto& leaf) -> bool {
    using Leaf = std::decay_t<decltype(leaf)>;
    if constexpr (std::is_same_v<Leaf, report::All>) {
      return std::ranges::all_of(leaf.predicates, [&](const report::Predicate& inner) {
        return holds_for(inner, subject, values_in);
      });
    } else if constexpr (std::is_same_v<Leaf, report::Exists>) {
      return !values_in(subject, leaf.field).empty();
    } else if constexpr (std::is_same_v<Leaf, report::HasAny>) {
      const std::vector<Value> values = values_in(subject, leaf.field);
      return std::ranges::any_of(leaf.values,
                                 [&](const Value& value) { return contains(values, value); });
    } else if constexpr (std::is_same_v<Leaf, report::HasEvery>) {
      const std::vector<Value> values = values_in(subject, leaf.field);
      return std::ranges::all_of(leaf.values,
                                 [&](const Value& value) { return contains(values, value); });
    } else if constexpr (std::is_same_v<Subject, chat::Thread>) {
      if constexpr (std::is_same_v<Leaf, report::Submitted>) {
        return submitted(leaf, subject);
      } else {
        return subject.greeting && leaf.at.contains(subject.greeting->sent_at);
      }
    } else {
      CHECK(false && "a predicate about chats was tested on something else");
      return false;
    }
  };
  return std::visit(test, predicate.test) != predicate.negated;
}

}  // namespace

std::vector<Value> values_of(const chat::Thread& thread, const Field& field) {
  switch (field.kind) {
    case Field::Kind::agent:
      return as_values(thread.agents);
    case Field::Kind::tag:
      return as_values(thread.tags);
    case Field::Kind::group:
      return as_values(thread.groups);
    case Field::Kind::goal:
      return as_values(thread.goals);
    case Field::Kind::sale:
      return as_values(thread.sales);
    case Field::Kind::event_type: {
      std::vector<Value> values;
      for (const chat::EventType type : thread.event_types) {
        values.emplace_back(static_cast<std::int64_t>(type));
      }
      return values;
    }
    case Field::Kind::greeting:
      if (!thread.greeting) return {};
      return {Value(thread.greeting->id)};
    case Field::Kind::first_responder:
      if (!thread.first_response) return {};
      return {Value(thread.first_response->agent_id)};
    case Field::Kind::started_by:
      return {Value(static_cast<std::int64_t>(thread.started_by))};
    case Field::Kind::rating:
      if (!thread.rating) return {};
      return {Value(static_cast<std::int64_t>(*thread.rating))};
    case Field::Kind::country:
      if (thread.country == chat::Country{}) return {};
      return {Value(std::string(thread.country.code()))};
    case Field::Kind::queue_outcome:
      if (!thread.queue) return {};
      return {Value(static_cast<std::int64_t>(thread.queue->outcome))};
    case Field::Kind::property:
      for (const chat::Property& property : thread.properties) {
        if (property.name_space == field.name_space && property.name == field.name) {
          return {property.value};
        }
      }
      return {};
  }
  CHECK(false && "unknown field");
  return {};
}

bool holds(const report::Predicate& predicate, const chat::Thread& thread) {
  return holds_for(predicate, thread, values_of);
}

bool holds(const report::Predicate& predicate, const chat::GreetingRecord& event) {
  return holds_for(
      predicate, event,
      [](const chat::GreetingRecord& subject, const Field& field) -> std::vector<Value> {
        if (field.kind == Field::Kind::greeting) return {Value(subject.greeting_id)};
        CHECK(field.kind == Field::Kind::group);
        if (!subject.group_id) return {};
        return {Value(*subject.group_id)};
      });
}

bool holds(const report::Predicate& predicate, const Agent& agent) {
  return holds_for(predicate, agent,
                   [](const Agent& subject, const Field& field) -> std::vector<Value> {
                     if (field.kind == Field::Kind::agent) return {Value(subject.agent_id)};
                     CHECK(field.kind == Field::Kind::group);
                     return as_values(subject.groups);
                   });
}

}  // namespace chatreports::engine::reference
