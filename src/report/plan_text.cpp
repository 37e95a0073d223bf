#include "report/plan_text.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <variant>

#include "base/json_text.h"
#include "base/names.h"
#include "base/overloaded.h"
#include "base/printable.h"
#include "time/rfc3339.h"

namespace chatreports::report {
namespace {

using Kind = Field::Kind;
constexpr std::array<Name<Kind>, 13> field_names = {{{"agent", Kind::agent},
                                                     {"tag", Kind::tag},
                                                     {"group", Kind::group},
                                                     {"event_type", Kind::event_type},
                                                     {"goal", Kind::goal},
                                                     {"sale", Kind::sale},
                                                     {"greeting", Kind::greeting},
                                                     {"first_responder", Kind::first_responder},
                                                     {"started_by", Kind::started_by},
                                                     {"rating", Kind::rating},
                                                     {"country", Kind::country},
                                                     {"queue_outcome", Kind::queue_outcome},
                                                     {"property", Kind::property}}};

constexpr std::array<Name<Column>, 6> column_names = {
    {{"count", Column::count},
     {"duration", Column::duration},
     {"agents_chatting_duration", Column::agents_chatting_duration},
     {"response_time", Column::response_time},
     {"first_response_time", Column::first_response_time},
     {"queue_wait", Column::queue_wait}}};

constexpr std::array<Name<Aggregate>, 3> aggregate_names = {
    {{"", Aggregate::sum}, {"least ", Aggregate::minimum}, {"greatest ", Aggregate::maximum}}};

std::string text_of(const std::string& text) {
  std::string quoted;
  append_json_string(quoted, printable(text));
  return quoted;
}

std::string text_of(const Value& value) {
  return std::visit(Overloaded{[](bool truth) { return fmt::format("{}", truth); },
                               [](std::int64_t number) { return fmt::format("{}", number); },
                               [](const std::string& text) { return text_of(text); }},
                    value);
}

template <class T>
std::string list_of(const std::vector<T>& values) {
  std::string list;
  for (const T& value : values) {
    if (!list.empty()) list += ", ";
    list += text_of(value);
  }
  return "[" + list + "]";
}

std::string text_of(const Field& field) {
  const std::string_view kind = name_in(field_names, field.kind);
  if (field.kind != Field::Kind::property) return std::string(kind);
  return fmt::format("{} {}.{}", kind, text_of(field.name_space), text_of(field.name));
}

std::string text_of(const TimeRange& range) {
  return fmt::format("from {} to {}", format_rfc3339(range.from), format_rfc3339(range.to));
}

std::string text_of(const All& all) {
  if (all.predicates.empty()) return "true";
  std::string text;
  for (const Predicate& predicate : all.predicates) {
    if (!text.empty()) text += " and ";
    text += predicate_text(predicate);
  }
  return all.predicates.size() == 1 ? text : "(" + text + ")";
}

std::string text_of(const Exists& exists) {
  return text_of(exists.field) + " exists";
}

std::string text_of(const HasAny& any) {
  return fmt::format("{} is any of {}", text_of(any.field), list_of(any.values));
}

std::string text_of(const HasEvery& every) {
  return fmt::format("{} is every of {}", text_of(every.field), list_of(every.values));
}

std::string text_of(const Submitted& submitted) {
  std::string text = fmt::format("{} survey submitted", name_of(submitted.type));
  if (submitted.at) text += " " + text_of(*submitted.at);
  if (submitted.answers) {
    text += fmt::format(" with {} of {}", submitted.none_of ? "none" : "any",
                        list_of(*submitted.answers));
  }
  return text;
}

std::string text_of(const GreetingSent& sent) {
  return "greeting sent " + text_of(sent.at);
}

std::string text_of(const Measure& measure) {
  std::string text = fmt::format("{}{}", name_in(aggregate_names, measure.aggregate),
                                 name_in(column_names, measure.column));
  if (measure.where) text += " where " + predicate_text(*measure.where);
  return text;
}

std::string text_of(const ChatsSource& source) {
  std::string text = "chats";
  if (source.group_by) text += " by " + text_of(*source.group_by);
  for (const Measure& measure : source.measures) {
    text += (&measure == source.measures.data() ? ": " : ", ") + text_of(measure);
  }
  return text;
}

std::string text_of(const SubmissionsSource&) {
  return "survey submissions";
}

std::string text_of(const DeparturesSource& source) {
  return fmt::format("departures from the queue, page {} of {} each", source.page,
                     source.page_size);
}

std::string text_of(const GreetingEventsSource& source) {
  return source.at ? "greeting events " + text_of(*source.at) : "greeting events";
}

std::string text_of(const StatusTimesSource& source) {
  return fmt::format("times of status {}{} until {}", name_of(source.status),
                     source.by_agent ? " by agent" : "", format_rfc3339(source.until));
}

std::string text_of(const ChattingTimesSource&) {
  return "chatting times";
}

}  // namespace

std::string predicate_text(const Predicate& predicate) {
  const std::string text =
      std::visit([](const auto& test) { return text_of(test); }, predicate.test);
  return predicate.negated ? "not (" + text + ")" : text;
}

std::string plan_text(const Plan& plan) {
  return fmt::format("license {}: {}; {}, {} buckets{}; where {}", plan.license.value,
                     std::visit([](const auto& source) { return text_of(source); }, plan.source),
                     text_of(plan.buckets.range()), plan.buckets.size(),
                     plan.any_start ? ", chats of any start" : "", predicate_text(plan.predicate));
}

}  // namespace chatreports::report
