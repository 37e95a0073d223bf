#include "api/report_desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/errors.h"
#include "api/parameters.h"
#include "api/parse_query.h"
#include "api/refusals.h"
#include "api/target.h"
#include "render/json.h"
#include "report/catalogue.h"

namespace chatreports::api {
namespace {

// The parameters of a POST: those of the body, and timezone and distribution of the query string
// if the body has none.
Result<Object> parameters_of_post(const http::Request& request, std::string_view query) {
  Result<Object> parameters = parse_json_parameters(request.body);
  if (!parameters) return parameters;
  Result<Object> beside = parse_query_parameters(query);
  if (!beside) return beside;
  for (Member& member : *beside) {
    const std::string& key = member.key;
    if (key != "timezone" && key != "distribution") {
      return invalid(fmt::format(
          "{}: unknown in the query string of a POST; known here are distribution, timezone",
          in_quotes(key)));
    }
    const auto in_body =
        std::ranges::find_if(*parameters, [&key](const auto& known) { return known.key == key; });
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
std::string key_of(const Call& call, const std::optional<std::string>& agent_timezone) {
  const std::string zone = agent_timezone.value_or("");
  const http::Request& request = call.request;
  std::string key = fmt::format("{} {} ", call.caller.license.value, zone.size());
  key.append(request.method == "POST" ? "POST " : "GET ").append(request.target).append("\n");
  key.append(zone).append(request.body);
  return key;
}

// Returns an empty text if the engine fails or the allowance is used up.
std::string made_report(const engine::Engine& engine, const report::Definition& definition,
                        const report::Query& query, const std::vector<report::Plan>& plans,
                        Allowance& allowance) {
  constexpr std::size_t least_bucket_bytes = 10;  // "2021":{},
  std::vector<report::Table> tables;
  for (const report::Plan& plan : plans) {
    if (allowance.is_used_up_by(plan.buckets.size() * least_bucket_bytes)) return {};
    Result<report::Table> table = engine.run(plan, allowance);
    if (!table) return {};
    tables.push_back(*std::move(table));
  }
  const report::Report report = report::report_of(definition, query, plans, tables, allowance);
  tables.clear();  // there may be much of both
  if (allowance.is_used_up()) return {};
  return render::to_json(report, allowance);
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

std::expected<std::shared_ptr<const std::string>, http::Response> report_text(
    Services& services, const Call& call, const std::optional<std::string>& agent_timezone) {
  const http::Request& request = call.request;
  const report::Definition& definition = *call.report;
  const ApiOptions& options = services.options;
  // Read before the facts are: a cached report may be newer than its number says, never older.
  const ChangeNumber last_change = services.engine.applied();
  std::string key = key_of(call, agent_timezone);
  if (auto cached = services.answer_cache.find(key, last_change, call.now)) return cached;
  const std::string_view query_string = parse_target(request.target).query;
  const Result<Object> parameters = request.method == "POST"
                                        ? parameters_of_post(request, query_string)
                                        : parse_query_parameters(query_string);
  if (!parameters) {
    return std::unexpected(error_answer(ErrorType::validation, parameters.error().message));
  }
  const Result<report::Query> query =
      parse_query(*parameters, {.license = call.caller.license,
                                .agent_timezone = agent_timezone,
                                .now = call.now,
                                .max_filter_values = options.max_filter_values,
                                .max_buckets = options.max_buckets,
                                .digest_key = services.directory.digest_key(call.caller.license),
                                .distributions = definition.distributions});
  if (!query) {
    return std::unexpected(query.error().kind == ErrorKind::invalid
                               ? error_answer(ErrorType::validation, query.error().message)
                               : no_answer_now());
  }
  const Result<std::vector<report::Plan>> plans = report::plans_of(definition, *query);
  if (!plans) {
    return std::unexpected(
        error_answer(ErrorType::validation, "filters: " + plans.error().message));
  }
  const Duration begin = services.clock.elapsed();
  Allowance allowance(
      request.abandoned,
      [&services, &options, begin]() -> Duration {
        return options.max_report_time - (services.clock.elapsed() - begin);
      },
      options.max_answer_bytes, definition.least_cell_bytes);
  auto text = std::make_shared<const std::string>(
      made_report(services.engine, definition, *query, *plans, allowance));
  if (allowance.end() != Allowance::End::none) {
    return std::unexpected(given_up(allowance.end(), options));
  }
  if (text->empty()) return std::unexpected(no_answer_now());
  const auto from = holds_from(definition, *query);
  if (from && *from <= call.now) {
    services.answer_cache.put(std::move(key), last_change, *from, text);
  }
  return text;
}

}  // namespace chatreports::api
