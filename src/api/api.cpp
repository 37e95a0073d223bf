#include "api/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <exception>

#include "api/credentials.h"
#include "api/errors.h"
#include "api/fields.h"
#include "api/ingest_records.h"
#include "api/ingest_webhook.h"
#include "api/openapi.h"
#include "api/parse_query.h"
#include "render/json.h"
#include "report/catalogue.h"

namespace chatreports::api {
namespace {

constexpr std::string_view version = "3.4";
constexpr std::size_t bytes_a_webhook_byte = 8;  // of memory, until it is written
constexpr std::string_view records_path = "/ingest/records";
constexpr std::string_view webhooks_path = "/ingest/webhooks/livechat";

// `/v3.4/reports/chats/tags?x=1`, taken apart.
struct Target {
  std::optional<std::string_view> version;  // as it stands in the path
  std::string_view path;                    // without it: "/reports/chats/tags"
  std::string_view query;
};

Target parse_target(std::string_view target) {
  Target parsed;
  target = target.substr(0, target.find('#'));
  const std::size_t question = target.find('?');
  parsed.path = target.substr(0, question);
  if (question != target.npos) parsed.query = target.substr(question + 1);
  if (parsed.path.starts_with("/v")) {
    const std::size_t slash = parsed.path.find('/', 1);
    if (slash != parsed.path.npos && parsed.path.substr(slash).starts_with("/reports/")) {
      parsed.version = parsed.path.substr(2, slash - 2);
      parsed.path.remove_prefix(slash);
    }
  }
  return parsed;
}

// The version that was asked for where it isn't ours: in the address, or in the header.
std::optional<std::string_view> other_version(const Target& target, const http::Request& request) {
  std::string_view header = request.header("X-API-Version");
  if (header.starts_with('v')) header.remove_prefix(1);
  if (target.version && *target.version != version) return target.version;
  if (!header.empty() && header != version) return header;
  return std::nullopt;
}

const report::Definition* report_at(std::string_view path) {
  constexpr std::string_view prefix = "/reports/";
  if (!path.starts_with(prefix)) return nullptr;
  path.remove_prefix(prefix.size());
  const std::size_t slash = path.find('/');
  if (slash == path.npos) return nullptr;
  return report::find(path.substr(0, slash), path.substr(slash + 1));
}

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
std::optional<Instant> holds_from(const report::Query& query,
                                  const std::vector<report::Plan>& plans) {
  if (query.is_up_to_now) return std::nullopt;
  Instant from = earliest_instant;
  for (const report::Plan& plan : plans) {
    if (!std::holds_alternative<report::StatusTimesSource>(plan.source)) continue;
    from = std::max(from, plan.buckets.range().to);
  }
  return from;
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
    if (allowance.is_used_up_by(plan.buckets.keys().size() * least_bucket_bytes)) return {};
    Result<report::Table> table = engine.run(plan, allowance);
    if (!table) return {};
    tables.push_back(*std::move(table));
  }
  const report::Report report = definition.report(query, plans, tables, allowance);
  tables.clear();  // there may be much of both
  if (allowance.is_used_up()) return {};
  return render::to_json(report, allowance);
}

bool is_coding(std::string_view header, std::string_view coding) {
  return std::ranges::equal(header, coding, [](unsigned char left, unsigned char right) {
    return std::tolower(left) == right;
  });
}

// Gzip that still stands in the header could not be unpacked.
bool is_identity(std::string_view coding) {
  return coding.empty() || is_coding(coding, "identity");
}

http::Response wrong_coding() {
  return error_answer(ErrorType::validation,
                      "Content-Encoding: must be gzip, whole and undamaged, or identity");
}

// Of one webhook.
http::Response webhook_answer(int accepted) {
  return {200,
          {{"Content-Type", "application/json"}},
          fmt::format(R"({{"accepted":{},"ignored":{}}})", accepted, 1 - accepted)};
}

http::Response no_answer_now() {
  return error_answer(ErrorType::service_unavailable,
                      "Reports can't be answered right now; try again later");
}

http::Response unknown_callers() {
  return error_answer(ErrorType::service_unavailable,
                      "Access tokens can't be read right now; whoever runs the server finds more "
                      "in its log");
}

http::Response not_ready() {
  return error_answer(ErrorType::service_unavailable, "The data folder is still being read");
}

bool is_allowed(const std::vector<std::string>& origins, std::string_view origin) {
  return !origin.empty() && std::ranges::any_of(origins, [origin](const std::string& allowed) {
    return allowed == "*" || allowed == origin;
  });
}

// What a web page must ask before it may ask.
http::Response preflight_answer() {
  return {204,
          {{"Access-Control-Allow-Methods", "GET, HEAD, POST"},
           {"Access-Control-Allow-Headers",
            "Authorization, Content-Type, If-None-Match, X-API-Version"},
           {"Access-Control-Max-Age", "86400"}},
          ""};
}

}  // namespace

Api::Api(const engine::Engine& engine, Surroundings surroundings, ApiOptions options)
    : engine_(engine),
      surroundings_(std::move(surroundings)),
      options_(std::move(options)),
      rate_limit_(options_.max_requests_per_second),
      answers_(options_.max_kept_bytes),
      intake_memory_(options_.max_intake_bytes) {}

http::Response Api::handle(const http::Request& request) const {
  http::Response response;
  try {
    response = answer_request(request);
  } catch (const std::exception&) {
    // Memory that ran out, or a fault of ours: the process lives on, and the caller learns no more.
    response = error_answer(ErrorType::internal, "Something went wrong on our side");
  }
  const std::string_view origin = request.header("Origin");
  if (is_allowed(options_.cors_origins, origin)) {
    response.headers.emplace_back("Access-Control-Allow-Origin", origin);
    response.headers.emplace_back("Access-Control-Expose-Headers", "ETag, Retry-After");
  }
  // What is answered depends on who asks, wherever it is kept on the way.
  if (!options_.cors_origins.empty()) response.headers.emplace_back("Vary", "Origin");
  return response;
}

http::Response Api::answer_request(const http::Request& request) const {
  const Target target = parse_target(request.target);
  if (request.target == "*" && request.method == "OPTIONS")
    return {204, {{"Allow", "GET, HEAD, POST, OPTIONS"}}, ""};
  if (target.path == records_path || target.path == webhooks_path) {
    http::Response response = error_answer(ErrorType::not_allowed, "Records are sent with POST");
    response.headers.emplace_back("Allow", "POST");
    return response;
  }
  const bool is_preflight =
      request.method == "OPTIONS" && is_allowed(options_.cors_origins, request.header("Origin"));
  const auto other = other_version(target, request);
  if (other && target.path.starts_with("/reports/") && !is_preflight) {
    return error_answer(ErrorType::unsupported_version,
                        fmt::format("The version must be {}, not {}", version, in_quotes(*other)));
  }
  const report::Definition* definition = report_at(target.path);
  if (definition == nullptr) {
    return error_answer(ErrorType::not_found, fmt::format("There is nothing at {}; reports are at "
                                                          "/v3.4/reports/<resource>/<action>",
                                                          in_quotes(target.path)));
  }
  if (is_preflight) return preflight_answer();
  const bool is_post = request.method == "POST";
  if (!is_post && request.method != "GET" && request.method != "HEAD") {
    http::Response response =
        error_answer(ErrorType::not_allowed, "Reports are asked for with GET or POST");
    response.headers.emplace_back("Allow", "GET, HEAD, POST");
    return response;
  }
  if (!surroundings_.is_ready()) return not_ready();

  const Instant now = surroundings_.now();
  const auto caller = authorize(request, "reports_read", now);
  if (!caller) return caller.error();
  if (!is_identity(request.header("Content-Encoding"))) return wrong_coding();
  // Whoever sends one means something by it: the question without it would be another one.
  if (!is_post && !request.body.empty()) {
    return error_answer(ErrorType::validation,
                        fmt::format("body: {} takes none; ask with POST, or put the fields into "
                                    "the query string",
                                    request.method));
  }
  if (caller->is_timezone_unreadable) {
    return error_answer(ErrorType::service_unavailable,
                        "The time zone of the token's agent can't be read; whoever runs the server "
                        "finds more in its log");
  }
  const Wholeness wholeness = surroundings_.wholeness(caller->license);
  if (wholeness == Wholeness::damaged) {
    return error_answer(ErrorType::service_unavailable,
                        "Records of this licence are damaged; whoever runs the server finds more "
                        "in its log");
  }
  const auto answer = answer_report(request, target.query, *definition, *caller, now);
  if (!answer) return answer.error();
  http::Response response;
  if (wholeness == Wholeness::damaged_but_allowed) {
    response.headers.emplace_back("Warning", "199 - \"damaged records are left out\"");
  }
  // Whoever keeps it asks whether it is still true. A POST has no such question.
  if (!is_post) {
    const std::string tag = entity_tag_of(**answer);
    response.headers.emplace_back("ETag", tag);
    response.headers.emplace_back("Cache-Control", "private, no-cache");
    if (names_tag(request.header("If-None-Match"), tag)) {
      response.status = 304;
      return response;
    }
  }
  response.headers.emplace_back("Content-Type", "application/json");
  response.body = **answer;
  return response;
}

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
                            definition.resource == "agents"});
  if (!query) {
    return std::unexpected(query.error().kind == ErrorKind::invalid
                               ? error_answer(ErrorType::validation, query.error().message)
                               : no_answer_now());
  }
  const Result<std::vector<report::Plan>> plans = definition.plans(*query);
  if (!plans) {
    return std::unexpected(
        error_answer(ErrorType::validation, "filters: " + plans.error().message));
  }
  const Duration begun = surroundings_.time_passed();
  Allowance allowance(
      request.abandoned,
      [this, begun] {
        const std::int64_t taken = surroundings_.time_passed().microseconds - begun.microseconds;
        return taken > std::chrono::microseconds(options_.max_report_time).count();
      },
      options_.max_answer_bytes, definition.least_cell_bytes);
  auto answer = std::make_shared<const std::string>(
      made_answer(engine_, definition, *query, *plans, allowance));
  if (allowance.end() != Allowance::End::none) return std::unexpected(given_up(allowance.end()));
  if (answer->empty()) {
    return std::unexpected(no_answer_now());
  }
  const auto from = holds_from(*query, *plans);
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

std::expected<Caller, http::Response> Api::authorize(const http::Request& request,
                                                     std::string_view scope, Instant now) const {
  const std::optional<std::string> token = token_in(request.header("Authorization"));
  auto found = token ? surroundings_.find_caller(*token, now) : std::nullopt;
  if (!found) return std::unexpected(unknown_callers());
  std::optional<Caller>& caller = *found;
  if (!caller) {
    return std::unexpected(error_answer(ErrorType::authentication, "Invalid access token"));
  }
  if (std::ranges::find(caller->scopes, scope) == caller->scopes.end()) {
    return std::unexpected(
        error_answer(ErrorType::authorization, fmt::format("The token lacks the scope {}", scope)));
  }
  if (!rate_limit_.take(caller->token_id, now)) {
    return std::unexpected(error_answer(
        ErrorType::too_many_requests,
        fmt::format("A token may ask {} times a second", options_.max_requests_per_second)));
  }
  return *std::move(caller);
}

http::Share Api::share_of(const http::Request& request) const {
  if (!surroundings_.is_ready()) return {};
  const std::optional<std::string> token = token_in(request.header("Authorization"));
  return token ? surroundings_.share_of(*token) : http::Share{};
}

bool Api::is_stream(const http::Request& head) {
  return head.method == "POST" && parse_target(head.target).path == records_path;
}

std::expected<http::AdmittedStream, http::Response> Api::admit_stream(
    const http::Request& head) const {
  if (!surroundings_.is_ready()) return std::unexpected(not_ready());
  auto caller = authorize(head, "reports_write", surroundings_.now());
  if (!caller) return std::unexpected(std::move(caller.error()));
  const std::string_view coding = head.header("Content-Encoding");
  if (!is_coding(coding, "gzip") && !is_identity(coding)) return std::unexpected(wrong_coding());
  const LicenseId license = caller->license;
  return http::AdmittedStream{
      {static_cast<std::uint64_t>(license.value), static_cast<std::uint64_t>(caller->token_id)},
      [this, license](ByteReader& body) { return handle_stream(license, body); }};
}

http::Response Api::handle_stream(LicenseId license, ByteReader& body) const {
  try {
    return ingest_records(
        body, {options_.max_record_bytes, options_.max_unpacked_bytes, options_.intake_patience},
        intake_memory_, [&](std::vector<chat::Record> records, auto done) {
          surroundings_.take_in(license, Channel::bulk, std::move(records), std::move(done));
        });
  } catch (const std::exception&) {
    return error_answer(ErrorType::internal, "Something went wrong on our side");
  }
}

bool Api::is_late(const http::Request& request) {
  return request.method == "POST" && parse_target(request.target).path == webhooks_path;
}

void Api::handle_late(const http::Request& request,
                      std::function<void(http::Response)> answer) const {
  std::optional<http::Response> now;
  try {
    now = answer_webhook(request, answer);
  } catch (const std::exception&) {
    now = error_answer(ErrorType::internal, "Something went wrong on our side");
  }
  if (now) answer(*std::move(now));
}

std::optional<http::Response> Api::answer_webhook(
    const http::Request& request, std::function<void(http::Response)>& answer) const {
  if (!surroundings_.is_ready()) return not_ready();
  if (!is_identity(request.header("Content-Encoding"))) return wrong_coding();
  Result<WebhookBody> body = parse_webhook_body(request.body);
  if (!body) return error_answer(ErrorType::validation, "The body " + body.error().message);
  const auto found = surroundings_.find_webhook(body->secret_key);
  if (!found) return unknown_callers();
  const std::optional<LicenseId> license = *found;
  if (!license) return error_answer(ErrorType::authentication, "Invalid secret key");
  if (!body->refusal.empty()) return error_answer(ErrorType::validation, body->refusal);
  if (!body->ignored_action.empty()) surroundings_.count_ignored(body->ignored_action);
  if (body->records.empty()) return webhook_answer(0);
  const auto memory = std::make_shared<BudgetPart>(intake_memory_);
  if (!surroundings_.can_take_in(*license) ||
      !memory->grow(bytes_a_webhook_byte * request.body.size())) {
    return error_answer(ErrorType::service_unavailable, "Too many webhooks wait; send it later");
  }
  surroundings_.take_in(*license, Channel::webhook, std::move(body->records),
                        [answer, memory](const auto& written) {
                          if (!written) {
                            answer(error_answer(ErrorType::service_unavailable,
                                                "It can't be written right now; send it later"));
                          } else if (!written->empty()) {
                            answer(error_answer(ErrorType::validation, written->front().reason));
                          } else {
                            answer(webhook_answer(1));
                          }
                        });
  return std::nullopt;
}

std::optional<http::Response> Api::handle_urgent(const http::Request& request) const {
  const std::string_view path =
      std::string_view(request.target).substr(0, request.target.find('?'));
  const bool is_health = path == "/livez" || path == "/readyz" || path == "/healthz";
  if (!is_health && path != "/openapi.yaml") return std::nullopt;
  if (request.method != "GET" && request.method != "HEAD") {
    http::Response response = error_answer(ErrorType::not_allowed, "This is asked for with GET");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  if (!is_health) {
    return http::Response{
        200, {{"Content-Type", "application/yaml"}}, std::string(openapi_document())};
  }
  if (path != "/livez" && !surroundings_.is_ready()) return not_ready();
  if (path != "/livez" && !surroundings_.can_acknowledge()) {
    return error_answer(ErrorType::service_unavailable, "Records can't be acknowledged");
  }
  return http::Response{200,
                        {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
                        R"({"status":"ok"})"};
}

http::Response error_response(const http::Refusal& refusal) {
  const auto answer = [&refusal](ErrorType type, std::string_view message) {
    if (refusal.reason.empty()) return error_answer(type, message);
    return error_answer(type, fmt::format("{}: {}", message, refusal.reason));
  };
  switch (refusal.status) {
    case 400:
      return answer(ErrorType::validation, "Not an HTTP/1.1 request that can be understood");
    case 408:
      return answer(ErrorType::request_timeout, "The request did not arrive in time");
    case 413:
      return answer(ErrorType::entity_too_large,
                    fmt::format("The body may have at most {} bytes", refusal.limit));
    case 417:
      return answer(ErrorType::expectation_failed, "The expectation can't be met");
    case 431:
      return answer(ErrorType::header_too_large,
                    refusal.limit == 0
                        ? "The header is too large"
                        : fmt::format("The header may have at most {} bytes", refusal.limit));
    case 501:
      return answer(ErrorType::not_implemented, "This is not supported");
    case 503:
      return answer(ErrorType::service_unavailable, "Too busy; try again later");
    case 505:
      return answer(ErrorType::http_version, "This version of HTTP is not supported");
    default:
      return answer(ErrorType::internal, "Something went wrong on our side");
  }
}

}  // namespace chatreports::api
