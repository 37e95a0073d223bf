#include "api/report_desk.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "api/echoed_request.h"
#include "api/errors.h"
#include "api/narrow.h"
#include "api/parameters.h"
#include "api/parse_question.h"
#include "api/presentation.h"
#include "api/refusals.h"
#include "api/target.h"
#include "render/json.h"
#include "render/rows.h"
#include "render/table.h"
#include "report/catalogue.h"
#include "report/grouping.h"
#include "report/plan_text.h"

namespace chatreports::api {
namespace {

// The parameters of a POST: those of the body, and those beside the filters in the query string if
// the body has none.
Result<Object> parameters_of_post(const report::Definition& definition, bool is_own,
                                  std::string_view body, std::string_view query) {
  Result<Object> parameters = parse_json_parameters(body);
  if (!parameters) return parameters;
  Result<Object> beside = parse_query_parameters(query);
  if (!beside) return beside;
  if (beside->empty()) return parameters;
  std::vector<std::string_view> known = {"distribution", "format"};
  if (is_own) known.emplace_back("group_by");
  known.emplace_back("names");
  if (definition.has_pages) known.emplace_back("page");
  known.emplace_back("timezone");
  for (Member& member : *beside) {
    const std::string& key = member.key;
    if (std::ranges::find(known, key) == known.end()) {
      return invalid(fmt::format("{}: unknown in the query string of a POST; known here are {}",
                                 in_quotes(key), fmt::join(known, ", ")));
    }
    const auto in_body =
        std::ranges::find_if(*parameters, [&key](const auto& given) { return given.key == key; });
    if (in_body == parameters->end()) {
      parameters->push_back(std::move(member));
    } else if (std::holds_alternative<Null>(in_body->parameter.value)) {
      in_body->parameter = std::move(member.parameter);
    }
  }
  return parameters;
}

// Returns from when on the same question has the same answer, as long as no fact changes; nothing
// if its range moves on with the time. A report that counts up to now holds once its range is over.
std::optional<Instant> holds_from(const report::Definition& definition,
                                  const report::Query& query) {
  if (query.is_up_to_now) return std::nullopt;
  return definition.depends_on_now ? query.range.to : earliest_instant;
}

// Everything that a report depends on beside the facts and the time. A target has no line break,
// and the length of the zone is part of the key, so two questions never share one.
std::string key_of(const Call& call, const Target& target,
                   const std::optional<std::string>& default_timezone, Format otherwise) {
  const std::string_view zone = default_timezone ? std::string_view(*default_timezone) : "";
  const http::Request& request = call.request;
  std::string key = std::to_string(call.caller.license.value);
  key.reserve(64 + request.target.size() + zone.size() + request.body.size());
  key.append(" ").append(narrowed_key(call.caller));
  key.append(" ").append(name_of(call.version)).append(" ").append(std::to_string(zone.size()));
  key.append(otherwise == Format::csv ? " csv" : " json");
  key.append(request.method == "POST" ? " POST " : " GET ").append(target.path);
  key.append("?").append(target.query).append("\n").append(zone).append(request.body);
  return key;
}

std::span<const report::Dimension> groupings_of(const Call& call) {
  return call.is_own ? report::groupings_of(*call.report) : std::span<const report::Dimension>();
}

// Returns why a report has no `group_by` where it was asked.
std::string why_no_groupings(const Call& call) {
  const auto path = [](const report::Definition& definition) {
    return fmt::format("/v1/reports/{}/{}", definition.resource, definition.action);
  };
  if (!report::groupings_of(*call.report).empty()) {
    return fmt::format("an addition of ours; ask {}", path(*call.report));
  }
  std::string others;
  for (const report::Definition& definition : report::catalogue()) {
    if (report::groupings_of(definition).empty()) continue;
    others.append(others.empty() ? "" : ", ").append(path(definition));
  }
  return fmt::format("this report can't be divided; these can: {}", others);
}

// Returns the question that a request asks, or the answer that says what is wrong with it.
std::expected<Question, http::Response> question_of(
    const Services& services, const Call& call, const Object& parameters,
    const std::optional<std::string>& default_timezone, Format otherwise) {
  const report::Definition& definition = *call.report;
  const LicenseId license = call.caller.license;
  Result<Question> question =
      parse_question(parameters, {.license = license,
                                  .default_timezone = default_timezone,
                                  .now = call.now,
                                  .max_filter_values = services.options.max_filter_values,
                                  .max_buckets = services.options.max_buckets,
                                  .digest_key = services.directory.digest_key(license),
                                  .distributions = definition.distributions,
                                  .version = call.version,
                                  .has_pages = definition.has_pages,
                                  .format = otherwise,
                                  .groupings = groupings_of(call),
                                  .why_no_groupings = [&call] { return why_no_groupings(call); }});
  if (!question) {
    return std::unexpected(question.error().kind == ErrorKind::invalid
                               ? error_answer(ErrorType::validation, question.error().message)
                               : no_answer_now());
  }
  narrow(question->query.filters, call.caller);
  if (definition.has_form_labels) {
    auto labels = services.directory.form_labels(license);
    if (!labels) {
      return std::unexpected(
          error_answer(ErrorType::service_unavailable,
                       "The labels of the forms can't be read; see the server's log"));
    }
    question->query.form_labels = *std::move(labels);
  }
  return *std::move(question);
}

// Returns an empty text if the engine fails or the allowance is used up.
std::string made_report(Services& services, const report::Definition& definition,
                        const report::Query& query, const std::vector<report::Plan>& plans,
                        Format format, const chat::Team* names, std::string_view echoed,
                        RequestTrace& trace, Allowance& allowance) {
  constexpr std::size_t least_bucket_bytes = 10;  // "2021":{},
  std::vector<report::Table> tables;
  const Duration begun = services.clock.elapsed();
  for (const report::Plan& plan : plans) {
    if (allowance.is_used_up_by(plan.buckets.size() * least_bucket_bytes)) return {};
    Result<report::Table> table = services.engine.run(plan, allowance);
    if (!table) return {};
    tables.push_back(*std::move(table));
  }
  trace.in_engine = services.clock.elapsed() - begun;
  services.metrics.count_computed_report(trace.in_engine);
  report::Report report = report::report_of(definition, query, plans, tables, allowance);
  tables.clear();  // there may be much of both
  if (allowance.is_used_up()) return {};
  const Buckets& buckets = plans.front().buckets;
  switch (format) {
    case Format::json:
      return render::to_json(report, allowance, echoed);
    case Format::rows:
      return render::to_json_rows(std::move(report), buckets, names, allowance);
    case Format::csv:
      return render::to_csv(std::move(report), buckets, names, allowance);
    case Format::table:
      return render::to_table(std::move(report), buckets, names, allowance);
  }
  return {};
}

bool is_plan_wanted(const Services& services, const RequestTrace& trace) {
  return services.log != nullptr && services.log->wants_plan(services.clock.elapsed() - trace.came);
}

std::string text_of(const std::vector<report::Plan>& plans) {
  std::string text;
  for (const report::Plan& plan : plans) {
    if (!text.empty()) text += " | ";
    text += report::plan_text(plan);
  }
  return text;
}

http::Response given_up(Allowance::End end, const ApiOptions& options) {
  switch (end) {
    case Allowance::End::too_large:
      return error_answer(ErrorType::validation,
                          fmt::format("filters: the answer would have more than {} bytes; ask for "
                                      "a shorter range, another distribution or fewer chats",
                                      options.max_answer_bytes));
    case Allowance::End::too_late:
      return error_answer(ErrorType::service_unavailable,
                          fmt::format("The report takes longer than {} s; ask for a shorter range, "
                                      "another distribution or fewer chats",
                                      options.max_report_time.count() / 1'000));
    case Allowance::End::abandoned:
    case Allowance::End::none:
      break;
  }
  return error_answer(ErrorType::service_unavailable, "Nobody waits for the report any more");
}

}  // namespace

std::expected<std::shared_ptr<const CachedAnswer>, http::Response> report_answer(
    Services& services, const Call& call, const std::optional<std::string>& default_timezone) {
  const http::Request& request = call.request;
  const ApiOptions& options = services.options;
  // Read before the facts are: a cached report may be newer than its number says, never older.
  const ChangeNumber last_change = services.engine.applied();
  const Target target = parse_target(request.target);
  const Format otherwise = prefers_csv(request) ? Format::csv : Format::json;
  std::string key = key_of(call, target, default_timezone, otherwise);
  if (auto cached = services.answer_cache.find(key, last_change, call.now)) {
    services.metrics.count_cached_report();
    return cached;
  }
  const Result<Object> parameters =
      request.method == "POST"
          ? parameters_of_post(*call.report, call.is_own, request.body, target.query)
          : parse_query_parameters(target.query);
  if (!parameters) {
    return std::unexpected(error_answer(ErrorType::validation, parameters.error().message));
  }
  const auto question = question_of(services, call, *parameters, default_timezone, otherwise);
  if (!question) return std::unexpected(question.error());
  const auto& [query, presentation] = *question;
  const report::Definition& definition =
      presentation.group_by ? report::grouped_by(*call.report, *presentation.group_by)
                            : *call.report;
  const Result<std::vector<report::Plan>> plans = report::plans_of(definition, query);
  if (!plans) {
    return std::unexpected(
        error_answer(ErrorType::validation, "filters: " + plans.error().message));
  }
  std::shared_ptr<const chat::Team> names;
  if (presentation.has_names) {
    auto team = services.directory.team(call.caller.license);
    if (!team) return std::unexpected(unreadable_team());
    names = *std::move(team);
  }
  Allowance allowance =
      allowance_of(services, request, options.max_answer_bytes, definition.least_cell_bytes);
  const std::string echoed = options.echo_request ? echoed_request(*parameters, query) : "";
  auto answer = std::make_shared<const CachedAnswer>(
      made_report(services, definition, query, *plans, presentation.format, names.get(), echoed,
                  call.trace, allowance),
      media_type_of(presentation.format));
  if (is_plan_wanted(services, call.trace)) call.trace.plan = text_of(*plans);
  if (allowance.end() != Allowance::End::none) {
    return std::unexpected(given_up(allowance.end(), options));
  }
  if (answer->text.empty()) return std::unexpected(no_answer_now());
  const auto from = holds_from(definition, query);
  if (from && *from <= call.now) {
    services.answer_cache.put(std::move(key), last_change, *from, answer);
  }
  return answer;
}

}  // namespace chatreports::api
