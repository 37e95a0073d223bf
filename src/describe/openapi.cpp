#include "describe/openapi.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <string_view>
#include <vector>

#include "describe/names.h"
#include "report/catalogue.h"
#include "report/grouping.h"

namespace chatreports::describe {
namespace {

using report::Definition;
using report::Dimension;
using report::Figure;
using report::Precision;
using report::Statistic;

struct Answer {
  int status;
  std::string_view response;
};

constexpr std::array refusals = {
    Answer{400, "BadRequest"},   Answer{401, "Unauthorized"},      Answer{403, "Forbidden"},
    Answer{404, "NotFound"},     Answer{405, "NotAllowed"},        Answer{408, "RequestTimeout"},
    Answer{413, "BodyTooLarge"}, Answer{429, "TooManyRequests"},   Answer{431, "HeaderTooLarge"},
    Answer{500, "Internal"},     Answer{503, "ServiceUnavailable"}};

// Lines with their indentation, two blanks a step.
class Yaml {
 public:
  template <class... Values>
  void line(std::size_t depth, fmt::format_string<Values...> format, Values&&... values) {
    text_.append(2 * depth, ' ');
    fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
    text_ += '\n';
  }
  std::string text() && { return std::move(text_); }

 private:
  std::string text_;
};

std::string reference(std::string_view kind, std::string_view name) {
  return fmt::format("{{$ref: \"#/components/{}/{}\"}}", kind, name);
}

// A description holds colons and backquotes.
std::string in_quotes(std::string_view text) {
  return fmt::format("\"{}\"", text);
}

bool accepts_all_distributions(const Definition& definition) {
  return definition.distributions.size() == all_distributions.size();
}

// Some reports accept fewer distributions, and some have pages: their questions have schemas of
// their own.
std::string_view kind_of_question(const Definition& definition) {
  if (definition.has_pages) return "Paged";
  return accepts_all_distributions(definition) ? "" : "HourOrDay";
}

// `["3.5", "3.6"]`.
std::string versions_of(const Definition& definition) {
  std::string versions;
  for (const report::Version version : report::all_versions) {
    if (!definition.versions.contain(version)) continue;
    fmt::format_to(std::back_inserter(versions), "{}\"{}\"", versions.empty() ? "" : ", ",
                   name_of(version));
  }
  return "[" + versions + "]";
}

struct Operation {
  std::string_view id;
  std::string_view tag;
  std::string summary;
  std::string response;
};

void write_operation(Yaml& yaml, std::string_view method, std::string_view kind_of_question,
                     const Operation& operation) {
  const bool is_get = method == "get";
  yaml.line(2, "{}:", method);
  yaml.line(3, "operationId: {}_{}", method, operation.id);
  yaml.line(3, "tags: [{}]", operation.tag);
  yaml.line(3, "summary: {}", in_quotes(operation.summary));
  if (is_get) {
    yaml.line(3, "parameters:");
    for (const char* name : {"FiltersFrom", "FiltersTo", "Filters", "IfNoneMatch"}) {
      yaml.line(4, "- {}", reference("parameters", name));
    }
  } else {
    yaml.line(3, "requestBody: {}",
              reference("requestBodies", fmt::format("{}Question", kind_of_question)));
  }
  yaml.line(3, "responses:");
  yaml.line(4, "\"200\": {}", reference("responses", operation.response));
  if (is_get) yaml.line(4, "\"304\": {}", reference("responses", "NotModified"));
  for (const Answer& refusal : refusals) {
    yaml.line(4, "\"{}\": {}", refusal.status, reference("responses", refusal.response));
  }
}

// The reports that can be grouped, at one path.
void write_grouped_path(Yaml& yaml) {
  std::string actions;
  for (const Definition& definition : report::catalogue()) {
    if (report::groupings_of(definition).empty()) continue;
    actions += actions.empty() ? "" : ", ";
    actions += definition.action;
  }
  yaml.line(1, "/v1/reports/chats/{{action}}:");
  yaml.line(2, "parameters:");
  yaml.line(3, "- {{name: action, in: path, required: true, schema: {{type: string, enum: [{}]}}}}",
            actions);
  for (const char* name : {"Timezone", "Distribution", "GroupBy", "Format", "Names"}) {
    yaml.line(3, "- {}", reference("parameters", name));
  }
  for (const char* method : {"post", "get"}) {
    write_operation(yaml, method, "Grouped",
                    {.id = "grouped",
                     .tag = "chats",
                     .summary = "A report by bucket and by another value of the chats.",
                     .response = "Grouped"});
  }
}

std::string number_schema(const Figure& figure) {
  const std::string description =
      in_quotes(fmt::format("{}; {}.", sentence(figure.meaning), unit_of(figure)));
  if (figure.unit == report::Unit::score) {
    return fmt::format("{{type: number, minimum: 0, exclusiveMaximum: 1, description: {}}}",
                       description);
  }
  const bool is_integer =
      figure.statistic == Statistic::count || figure.precision == Precision::whole;
  return fmt::format("{{type: {}, minimum: {}, description: {}}}",
                     is_integer ? "integer" : "number", figure.is_zero_written ? 0 : 1,
                     description);
}

std::vector<Figure> figures_at(const Definition& definition, Dimension level) {
  std::vector<Figure> figures;
  for (const Figure& figure : definition.figures) {
    if (level_of(definition, figure) == level && !figure.key.empty()) figures.push_back(figure);
  }
  return figures;
}

void write_properties(Yaml& yaml, std::size_t depth, std::span<const Figure> figures) {
  yaml.line(depth, "properties:");
  for (const Figure& figure : figures) {
    yaml.line(depth + 1, "{}: {}", figure.key, number_schema(figure));
  }
}

std::string keys_of(std::span<const Figure> figures) {
  std::string keys;
  for (const Figure& figure : figures) {
    keys += (keys.empty() ? "" : ", ");
    keys += figure.key;
  }
  return keys;
}

// Which figures an object must have: all that are written as 0, too; by bucket, none is there where
// no chat is.
void write_required(Yaml& yaml, std::size_t depth, std::span<const Figure> figures,
                    bool may_be_empty) {
  const bool differ_by_distribution = std::ranges::any_of(
      figures, [](const Figure& figure) { return figure.distributions.size() == 1; });
  if (differ_by_distribution) {
    yaml.line(depth, "oneOf:");
    for (const Figure& figure : figures) yaml.line(depth + 1, "- {{required: [{}]}}", figure.key);
    return;
  }
  if (!std::ranges::all_of(figures, &Figure::is_zero_written)) return;
  if (may_be_empty) {
    yaml.line(depth, "anyOf: [{{maxProperties: 0}}, {{required: [{}]}}]", keys_of(figures));
  } else {
    yaml.line(depth, "required: [{}]", keys_of(figures));
  }
}

std::string_view key_schema(Dimension dimension) {
  switch (dimension) {
    case Dimension::bucket:
      return "Bucket";
    case Dimension::group:
    case Dimension::greeting:
      return "IntegerAsKey";
    case Dimension::queue_outcome:
      return "QueueOutcome";
    default:
      return {};
  }
}

// The object whose keys are the level's, and all that is in it.
void write_level(Yaml& yaml, std::size_t depth, const Definition& definition, std::size_t level) {
  const Dimension dimension = definition.dimensions[level];
  yaml.line(depth, "description: {}", in_quotes("By " + placeholder_of(dimension) + "."));
  if (const std::string_view keys = key_schema(dimension); !keys.empty()) {
    yaml.line(depth, "propertyNames: {}", reference("schemas", keys));
  }
  const bool is_innermost = level + 1 == definition.dimensions.size();
  const std::vector<Figure> figures = figures_at(definition, dimension);
  if (is_innermost && figures.empty()) {
    yaml.line(depth, "additionalProperties: {}", number_schema(definition.figures.front()));
    return;
  }
  yaml.line(depth, "additionalProperties:");
  yaml.line(depth + 1, "type: object");
  if (!figures.empty()) {
    write_properties(yaml, depth + 1, figures);
    write_required(yaml, depth + 1, figures, is_innermost && dimension == Dimension::bucket);
  }
  if (is_innermost) {
    yaml.line(depth + 1, "additionalProperties: false");
  } else {
    write_level(yaml, depth + 1, definition, level + 1);
  }
}

void write_records(Yaml& yaml, std::size_t depth, const Definition& definition) {
  const auto& own = definition.own_shape;
  if (!own || own->record_schema.empty()) {
    yaml.line(depth, "type: object");
    write_level(yaml, depth, definition, 0);
    return;
  }
  const std::string record = reference("schemas", own->record_schema);
  yaml.line(depth, "type: {}", own->records_are_list ? "array" : "object");
  yaml.line(depth, "{}: {}", own->records_are_list ? "items" : "additionalProperties", record);
}

void write_schema(Yaml& yaml, const Definition& definition) {
  yaml.line(2, "{}Report:", type_name(definition));
  yaml.line(3, "type: object");
  yaml.line(3, "properties:");
  yaml.line(4, "name: {{const: {}}}", definition.name);
  yaml.line(4, "request: {}", reference("schemas", "EchoedRequest"));
  std::string required = "name, records";
  if (definition.total) {
    yaml.line(4, "total: {}", number_schema(*definition.total));
    required += ", total";
  }
  yaml.line(4, "records:");
  write_records(yaml, 5, definition);
  if (!definition.summary.empty()) {
    yaml.line(4, "summary:");
    yaml.line(5, "type: object");
    yaml.line(5, "description: Over all records.");
    write_properties(yaml, 5, definition.summary);
    write_required(yaml, 5, definition.summary, false);
    yaml.line(5, "additionalProperties: false");
    required += ", summary";
  }
  yaml.line(3, "required: [{}]", required);
  yaml.line(3, "additionalProperties: false");
}

}  // namespace

std::string openapi_paths() {
  Yaml yaml;
  for (const Definition& definition : report::catalogue()) {
    yaml.line(1, "/v{{version}}/reports/{}/{}:", definition.resource, definition.action);
    yaml.line(2, "parameters:");
    yaml.line(3,
              "- {{name: version, in: path, required: true, schema: {{type: string, enum: {}}}}}",
              versions_of(definition));
    yaml.line(3, "- {}", reference("parameters", "XApiVersion"));
    yaml.line(3, "- {}", reference("parameters", "Timezone"));
    yaml.line(
        3, "- {}",
        reference("parameters", accepts_all_distributions(definition) ? "Distribution"
                                                                      : "HourOrDayDistribution"));
    if (definition.has_pages) yaml.line(3, "- {}", reference("parameters", "Page"));
    yaml.line(3, "- {}", reference("parameters", "Format"));
    yaml.line(3, "- {}", reference("parameters", "Names"));
    for (const char* method : {"post", "get"}) {
      write_operation(yaml, method, kind_of_question(definition),
                      {.id = definition.action,
                       .tag = definition.resource,
                       .summary = summary_of(definition),
                       .response = type_name(definition)});
    }
  }
  write_grouped_path(yaml);
  return std::move(yaml).text();
}

std::string openapi_responses() {
  Yaml yaml;
  for (const Definition& definition : report::catalogue()) {
    yaml.line(2, "{}:", type_name(definition));
    yaml.line(3, "description: The report.");
    yaml.line(3, "content:");
    yaml.line(4, "application/json:");
    yaml.line(5, "schema: {{anyOf: [{}, {}]}}",
              reference("schemas", fmt::format("{}Report", type_name(definition))),
              reference("schemas", "Rows"));
    yaml.line(4, "text/csv: {{schema: {{type: string}}}}");
  }
  return std::move(yaml).text();
}

std::string openapi_schemas() {
  Yaml yaml;
  for (const Definition& definition : report::catalogue()) write_schema(yaml, definition);
  return std::move(yaml).text();
}

}  // namespace chatreports::describe
