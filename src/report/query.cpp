#include "report/query.h"

#include <charconv>

namespace chatreports::report {
namespace {

// All values that are written as this text.
std::vector<Value> written_as(const std::string& text) {
  std::vector<Value> values;
  if (text == "true" || text == "false") values.emplace_back(text == "true");
  std::int64_t integer = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
  if (error == std::errc() && end == text.data() + text.size() && std::to_string(integer) == text) {
    values.emplace_back(integer);
  }
  values.emplace_back(text);
  return values;
}

Predicate predicate_as_written(const Field& field, const SetFilter& filter) {
  All every;
  HasAny any{field, {}};
  for (const Value& value : filter.values) {
    const std::vector<Value> values = written_as(std::get<std::string>(value));
    every.predicates.push_back(Predicate::that(HasAny{field, values}));
    any.values.insert(any.values.end(), values.begin(), values.end());
  }
  const bool negated = filter.kind == SetFilter::Kind::exclude_values;
  if (filter.require_every_value) return {negated, std::move(every)};
  return {negated, std::move(any)};
}

void add(All& all, const Field& field, const std::optional<SetFilter>& filter) {
  if (filter) all.predicates.push_back(predicate_of(field, *filter));
}

void add(All& all, const Field& field, const std::vector<SetFilter>& filters) {
  for (const SetFilter& filter : filters) all.predicates.push_back(predicate_of(field, filter));
}

Predicate predicate_of(const SurveyFilter& filter) {
  All all{{Predicate::that(filter.submitted)}};
  add(all, Field::group(), filter.groups);
  return {!filter.exists, std::move(all)};
}

Predicate predicate_of(const AgentResponseFilter& filter) {
  const Field responder = Field::first_responder();
  All all;
  if (filter.first || filter.exists) all.predicates.push_back(Predicate::that(Exists{responder}));
  if (filter.first) {
    add(all, responder, filter.agents);
    add(all, Field::group(), filter.groups);
  }
  return {!filter.exists.value_or(true), std::move(all)};
}

}  // namespace

Predicate predicate_of(const Field& field, const SetFilter& filter) {
  if (filter.kind == SetFilter::Kind::exists) return {!filter.exists, Exists{field}};
  if (filter.as_written) return predicate_as_written(field, filter);
  const bool negated = filter.kind == SetFilter::Kind::exclude_values;
  if (filter.require_every_value) return {negated, HasEvery{field, filter.values}};
  return {negated, HasAny{field, filter.values}};
}

Predicate predicate_of(const Filters& filters) {
  All all;
  add(all, Field::agent(), filters.agents);
  add(all, Field::tag(), filters.tags);
  add(all, Field::group(), filters.groups);
  add(all, Field::goal(), filters.goals);
  add(all, Field::sale(), filters.sales);
  add(all, Field::event_type(), filters.event_types);
  add(all, Field::country(), filters.customer_countries);
  for (const PropertyFilter& property : filters.properties) {
    const Field field = Field::property(property.name_space, property.name);
    all.predicates.push_back(predicate_of(field, property.filter));
  }
  for (const SurveyFilter& survey : filters.surveys) {
    all.predicates.push_back(predicate_of(survey));
  }
  if (filters.greetings) {
    const GreetingsFilter& greetings = *filters.greetings;
    if (greetings.sent_at)
      all.predicates.push_back(Predicate::that(GreetingSent{*greetings.sent_at}));
    add(all, Field::greeting(), greetings.ids);
    add(all, Field::group(), greetings.groups);
  }
  if (filters.agent_response) all.predicates.push_back(predicate_of(*filters.agent_response));
  return Predicate::that(std::move(all));
}

}  // namespace chatreports::report
