#include "api/read_filters.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/dialects.h"
#include "api/errors.h"
#include "chat/property_digest.h"

namespace chatreports::api {
namespace {

using report::SetFilter;
using report::Value;

// What the elements of the lists of a set filter are.
struct Elements {
  enum Kind { texts, integers, event_types, countries, any };
  Kind kind;
  report::Version version = default_version;  // of the request; for event types
};

std::optional<GivenRange> read_range(ParameterReader& reader) {
  const std::optional<Timestamp> from = reader.read_time("from");
  const std::optional<Timestamp> to = reader.read_time("to");
  if (reader.has("from") != reader.has("to")) {
    reader.fail(reader.has("from") ? "to" : "from",
                "missing; from and to are given together or not at all");
  }
  if (!from || !to) return std::nullopt;
  if (to->instant < from->instant) reader.fail("from", "must not be after to");
  return GivenRange{*from, *to};
}

std::optional<TimeRange> instants_of(const std::optional<GivenRange>& range) {
  if (!range) return std::nullopt;
  return TimeRange{range->from.instant, range->to.instant};
}

bool is_type_of(report::Version version, chat::EventType type) {
  return type != chat::EventType::other && versions_of(type).contain(version);
}

std::string names_of_event_types(report::Version version) {
  std::vector<std::string_view> names;
  for (int number = 0; number < static_cast<int>(chat::EventType::other); ++number) {
    const auto type = static_cast<chat::EventType>(number);
    if (is_type_of(version, type)) names.push_back(name_of(type));
  }
  return alternatives(names);
}

// Returns the types as numbers, as a chat's facts have them.
std::optional<std::vector<Value>> read_event_types(ParameterReader& reader, std::string_view key,
                                                   report::Version version) {
  auto values = reader.read_texts(key);
  if (!values) return values;
  for (std::size_t at = 0; at < values->size(); ++at) {
    const auto name = std::get<std::string>((*values)[at]);
    const chat::EventType type = chat::event_type_of(name);
    if (!is_type_of(version, type)) {
      const bool is_elsewhere = type != chat::EventType::other;
      reader.fail(
          fmt::format("{}[{}]", key, at),
          fmt::format("must be {}, not {}{}", names_of_event_types(version), in_quotes(name),
                      is_elsewhere ? ", which is in " + text_of(versions_of(type)) : ""));
      return std::nullopt;
    }
    (*values)[at] = static_cast<std::int64_t>(type);
  }
  return values;
}

// Returns the codes as a chat's facts have them: in upper case. Any other text matches no chat.
std::optional<std::vector<Value>> read_countries(ParameterReader& reader, std::string_view key) {
  auto values = reader.read_texts(key);
  if (!values) return values;
  for (Value& value : *values) {
    for (char& letter : std::get<std::string>(value)) {
      if ('a' <= letter && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
    }
  }
  return values;
}

std::optional<std::vector<Value>> read_values(ParameterReader& reader, std::string_view key,
                                              Elements elements) {
  std::optional<std::vector<Value>> values;
  switch (elements.kind) {
    case Elements::texts:
      values = reader.read_texts(key);
      break;
    case Elements::integers:
      values = reader.read_integers(key);
      break;
    case Elements::event_types:
      values = read_event_types(reader, key, elements.version);
      break;
    case Elements::countries:
      values = read_countries(reader, key);
      break;
    case Elements::any:
      values = reader.read_values(key);
      break;
  }
  if (!values) return values;
  std::ranges::sort(*values);
  values->erase(std::unique(values->begin(), values->end()), values->end());
  return values;
}

// Returns nothing if there are no conditions.
std::optional<SetFilter> read_set_conditions(ParameterReader& reader, Elements elements) {
  const bool may_exist = elements.kind != Elements::event_types;
  SetFilter filter;
  const std::optional<bool> exists = may_exist ? reader.read_bool("exists") : std::nullopt;
  auto values = read_values(reader, "values", elements);
  auto exclude_values = read_values(reader, "exclude_values", elements);
  filter.require_every_value = reader.read_bool("require_every_value").value_or(false);
  if (exists) {
    filter.kind = SetFilter::Kind::exists;
    filter.exists = *exists;
  } else if (values) {
    filter.kind = SetFilter::Kind::values;
    filter.values = *std::move(values);
    filter.as_written = elements.kind == Elements::any && reader.is_written("values");
  } else if (exclude_values) {
    filter.kind = SetFilter::Kind::exclude_values;
    filter.values = *std::move(exclude_values);
    filter.as_written = elements.kind == Elements::any && reader.is_written("exclude_values");
  } else {
    return std::nullopt;
  }
  return filter;
}

int count_of_conditions(const ParameterReader& reader) {
  return reader.has("exists") + reader.has("values") + reader.has("exclude_values");
}

std::optional<SetFilter> read_set_filter(ParameterReader& parent, std::string_view key,
                                         ParameterReader reader, Elements elements) {
  std::optional<SetFilter> filter = read_set_conditions(reader, elements);
  reader.refuse_unknown_keys();
  if (count_of_conditions(reader) != 1) {
    parent.fail(key, elements.kind == Elements::event_types
                         ? "needs exactly one of values and exclude_values"
                         : "needs exactly one of exists, values and exclude_values");
  }
  return filter;
}

std::optional<SetFilter> read_set_filter(ParameterReader& parent, std::string_view key,
                                         Elements elements) {
  std::optional<ParameterReader> reader = parent.read_object(key);
  if (!reader) return std::nullopt;
  return read_set_filter(parent, key, *std::move(reader), elements);
}

std::vector<report::PropertyFilter> read_properties(ParameterReader& filters,
                                                    const chat::DigestKey& key) {
  std::vector<report::PropertyFilter> properties;
  std::optional<ParameterReader> reader = filters.read_object("properties");
  if (!reader) return properties;
  chat::PropertyDigester digester(key);
  auto name_spaces = reader->read_named_objects();
  std::size_t count = 0;
  for (const auto& [name_space, names] : name_spaces) count += names.size();
  if (count > max_conditions) {
    filters.fail("properties", fmt::format("must be at most {}, not {}", max_conditions, count));
    return properties;
  }
  for (auto& [name_space, names] : name_spaces) {
    for (auto& [name, conditions] : names.read_named_objects()) {
      std::optional<SetFilter> filter =
          read_set_filter(names, name, std::move(conditions), {Elements::any});
      if (!filter) continue;
      for (Value& value : filter->values) {
        auto* text = std::get_if<std::string>(&value);
        if (text != nullptr) *text = digester.stored_text(name_space, name, *text);
      }
      std::ranges::sort(filter->values);
      properties.push_back({name_space, name, *std::move(filter)});
    }
  }
  return properties;
}

std::optional<std::vector<std::string>> texts_of(const std::optional<std::vector<Value>>& values) {
  if (!values) return std::nullopt;
  std::vector<std::string> texts;
  for (const Value& value : *values) texts.push_back(std::get<std::string>(value));
  return texts;
}

struct GivenSurvey {
  report::SurveyFilter filter;
  std::optional<GivenRange> range;
};

GivenSurvey read_survey(ParameterReader& reader) {
  GivenSurvey given;
  report::Submitted& submitted = given.filter.submitted;
  const std::optional<std::string> type = reader.read_text("type");
  if (type == "post_chat") {
    submitted.type = chat::SurveyType::post_chat;
  } else if (type != "pre_chat") {
    reader.fail("type", type
                            ? fmt::format("must be pre_chat or post_chat, not {}", in_quotes(*type))
                            : "missing; it is pre_chat or post_chat");
  }
  given.range = read_range(reader);
  submitted.at = instants_of(given.range);
  const auto values = texts_of(read_values(reader, "values", {Elements::texts}));
  const auto exclude_values = texts_of(read_values(reader, "exclude_values", {Elements::texts}));
  if (reader.has("values") && reader.has("exclude_values")) {
    reader.fail("exclude_values", "must not be given beside values");
  }
  submitted.answers = values ? values : exclude_values;
  submitted.none_of = exclude_values.has_value();
  given.filter.exists = reader.read_bool("exists").value_or(true);
  given.filter.groups = read_set_filter(reader, "groups", {Elements::integers});
  reader.refuse_unknown_keys();
  return given;
}

void widen(std::optional<GivenRange>& range, const GivenRange& by) {
  if (!range) range = by;
  if (by.from.instant < range->from.instant) range->from = by.from;
  if (range->to.instant < by.to.instant) range->to = by.to;
}

struct GivenSurveys {
  std::vector<report::SurveyFilter> filters;
  std::optional<GivenRange> range;  // from the earliest to the latest
  // An entry with `"exists": false` never selects chats by its range.
  bool picks = false;
};

// `key` is `surveys` or, in later versions, its other name.
GivenSurveys read_surveys(ParameterReader& filters, std::string_view key) {
  GivenSurveys surveys;
  for (ParameterReader& reader : filters.read_objects(key, max_conditions)) {
    GivenSurvey given = read_survey(reader);
    if (given.range) {
      widen(surveys.range, *given.range);
      surveys.picks = surveys.picks || given.filter.exists;
    }
    surveys.filters.push_back(std::move(given.filter));
  }
  return surveys;
}

GivenSurveys read_surveys_or_forms(ParameterReader& filters, report::Version version) {
  GivenSurveys surveys = read_surveys(filters, "surveys");
  if (!versions_of_filter("forms").contain(version)) return surveys;
  GivenSurveys forms = read_surveys(filters, "forms");
  if (!filters.has("forms")) return surveys;
  if (filters.has("surveys")) {
    filters.fail("forms", "must not be given beside surveys, which is its other name");
  }
  return forms;
}

std::optional<report::GreetingsFilter> read_greetings(ParameterReader& filters,
                                                      std::optional<GivenRange>& range) {
  std::optional<ParameterReader> reader = filters.read_object("greetings");
  if (!reader) return std::nullopt;
  report::GreetingsFilter greetings;
  range = read_range(*reader);
  greetings.sent_at = instants_of(range);
  greetings.ids = read_set_conditions(*reader, {Elements::integers});
  greetings.groups = read_set_filter(*reader, "groups", {Elements::integers});
  reader->refuse_unknown_keys();
  if (count_of_conditions(*reader) > 1) {
    filters.fail("greetings", "takes only one of exists, values and exclude_values");
  }
  return greetings;
}

std::optional<report::AgentResponseFilter> read_agent_response(ParameterReader& filters) {
  std::optional<ParameterReader> reader = filters.read_object("agent_response");
  if (!reader) return std::nullopt;
  report::AgentResponseFilter response;
  response.exists = reader->read_bool("exists");
  response.first = reader->read_bool("first").value_or(false);
  response.agents = read_set_filter(*reader, "agents", {Elements::texts});
  response.groups = read_set_filter(*reader, "groups", {Elements::integers});
  reader->refuse_unknown_keys();
  return response;
}

// Keys that some clients write within `filters` by mistake.
ParameterReader::Elsewhere keys_beside_filters() {
  return {{"timezone", "timezone"}, {"distribution", "distribution"}, {"page", "page"}};
}

// Refuses filters that other versions have.
void refuse_filters_of_others(ParameterReader& filters, report::Version version) {
  for (const auto& [name, versions] : versioned_filters()) {
    if (versions.contain(version)) continue;
    filters.allow_null(name);
    if (!filters.has(name)) continue;
    filters.fail(name, fmt::format("is in {}, not in {}", text_of(versions), name_of(version)));
  }
}

std::vector<report::SetFilter> list_of(std::optional<report::SetFilter> filter) {
  std::vector<report::SetFilter> list;
  if (filter) list.push_back(*std::move(filter));
  return list;
}

}  // namespace

GivenFilters read_filters(ParameterReader& filters, report::Version version, std::size_t max_values,
                          const chat::DigestKey& key) {
  filters.limit_lists(max_values);
  GivenFilters given;
  given.range = read_range(filters);
  given.filters.agents = list_of(read_set_filter(filters, "agents", {Elements::texts}));
  given.filters.tags = read_set_filter(filters, "tags", {Elements::texts});
  given.filters.groups = list_of(read_set_filter(filters, "groups", {Elements::integers}));
  given.filters.goals = read_set_filter(filters, "goals", {Elements::integers});
  given.filters.sales = read_set_filter(filters, "sales", {Elements::integers});
  given.filters.event_types =
      read_set_filter(filters, "event_types", {Elements::event_types, version});
  if (versions_of_filter("customer_countries").contain(version)) {
    given.filters.customer_countries =
        read_set_filter(filters, "customer_countries", {Elements::countries});
  }
  given.filters.properties = read_properties(filters, key);
  std::optional<GivenRange> greetings_range;
  given.filters.greetings = read_greetings(filters, greetings_range);
  GivenSurveys surveys = read_surveys_or_forms(filters, version);
  given.filters.surveys = std::move(surveys.filters);
  given.filters.agent_response = read_agent_response(filters);
  refuse_filters_of_others(filters, version);
  filters.refuse_unknown_keys(keys_beside_filters);
  if (given.range) return given;
  if (greetings_range) {
    given.range = greetings_range;
    given.picked_by = report::PickedBy::greeting_sent;
  } else if (surveys.range) {
    given.range = surveys.range;
    if (surveys.picks) given.picked_by = report::PickedBy::submission;
  }
  return given;
}

}  // namespace chatreports::api
