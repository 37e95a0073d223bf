// The part of the Api that answers reports.

#include <fmt/format.h>

#include <algorithm>

#include "api/api.h"
#include "api/errors.h"
#include "api/fields.h"
#include "api/parse_query.h"
#include "api/refusals.h"
#include "render/json.h"
#include "report/catalogue.h"

namespace chatreports::api {
namespace {

// POST: a body, and timezone and distribution from the query string where the body has none.
Result<Object> fields_of_post(const http::Request& request, std::string_view query) {
  Result<Object> fields = parse_json_fields(request.body);
  if (!fields) return fields;
  Result<Object> beside = parse_query_fields(query);
  if (!beside) return beside;
  for (Member& member : *beside) {
    const std::string& key = member.key;
    if (key != "timezone" && key != "distribution") {
      return invalid(fmt::format(
          "{}: unknown in the query string of a POST; known here are distribution, timezone",
          in_quotes(key)));
    }
    const auto in_body =
        std::ranges::find_if(*fields, [&key](const auto& known) { return known.key == key; });
    if (in_body == fields->end()) {
      fields->push_back(std::move(member));
    } else if (std::holds_alternative<Null>(in_body->field.value)) {
      in_body->field = std::move(member.field);
    }
  }
  return fields;
}

// From when on the same question has the same answer, as long as no fact changes: nothing where its
// range moves on with the time. A status that lasts counts up to now, so such an answer holds once
// the range is over.
std::optional<Instant> holds_from(const report::Definition& definition,
                                  const report::Query& query) {
  if (query.is_up_to_now) return std::nullopt;
  return definition.depends_on_now ? query.range.to : earliest_instant;
}

// All that an answer depends on, beside the facts. A target has no line break, and of the zone the
// length is told.
std::string key_of(const http::Request& request, const Caller& caller) {
  const std::string zone = caller.agent_timezone.value_or("");
  std::string key = fmt::format("{} {} ", caller.license.value, zone.size());
  key.append(request.method == "POST" ? "POST " : "GET ").append(request.target).append("\n");
  key.append(zone).append(request.body);
  return key;
}

// Empty where the engine fails, or the allowance is used up.
std::string made_answer(const engine::Engine& engine, const report::Definition& definition,
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

}  // namespace

std::expected<std::shared_ptr<const std::string>, http::Response> Api::answer_report(
    const http::Request& request, std::string_view query_string,
    const report::Definition& definition, const Caller& caller, Instant now) const {
  // Read before the facts are: what is kept may be newer than it says, never older.
  const ChangeNumber last_change = engine_.applied();
  std::string key = key_of(request, caller);
  if (auto kept = answers_.find(key, last_change, now)) return kept;
  const Result<Object> fields = request.method == "POST" ? fields_of_post(request, query_string)
                                                         : parse_query_fields(query_string);
  if (!fields) return std::unexpected(error_answer(ErrorType::validation, fields.error().message));
  const Result<report::Query> query =
      parse_query(*fields, {caller.license, caller.agent_timezone, now, options_.max_filter_values,
                            options_.max_buckets, surroundings_.digest_key(caller.license),
                            definition.distributions});
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
  const Duration begun = surroundings_.time_passed();
  Allowance allowance(
      request.abandoned,
      [this, begun]() -> Duration {
        return options_.max_report_time - (surroundings_.time_passed() - begun);
      },
      options_.max_answer_bytes, definition.least_cell_bytes);
  auto answer = std::make_shared<const std::string>(
      made_answer(engine_, definition, *query, *plans, allowance));
  if (allowance.end() != Allowance::End::none) return std::unexpected(given_up(allowance.end()));
  if (answer->empty()) {
    return std::unexpected(no_answer_now());
  }
  const auto from = holds_from(definition, *query);
  if (from && *from <= now) answers_.keep(std::move(key), last_change, *from, answer);
  return answer;
}

http::Response Api::given_up(Allowance::End end) const {
  switch (end) {
    case Allowance::End::too_large:
      return error_answer(ErrorType::validation,
                          fmt::format("filters: the answer would have more than {} bytes; ask for "
                                      "a shorter range, another distribution or fewer chats",
                                      options_.max_answer_bytes));
    case Allowance::End::too_late:
      return error_answer(ErrorType::service_unavailable,
                          fmt::format("The report takes longer than {} s; ask for a shorter range, "
                                      "another distribution or fewer chats",
                                      options_.max_report_time.count() / 1'000));
    default:
      return error_answer(ErrorType::service_unavailable, "Nobody waits for the report any more");
  }
}

}  // namespace chatreports::api
