#include "api/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "api/credentials.h"
#include "api/errors.h"
#include "api/openapi.h"
#include "api/refusals.h"
#include "api/target.h"
#include "report/catalogue.h"

namespace chatreports::api {
namespace {

bool is_allowed(const std::vector<std::string>& origins, std::string_view origin) {
  return !origin.empty() && std::ranges::any_of(origins, [origin](const std::string& allowed) {
    return allowed == "*" || allowed == origin;
  });
}

// The answer to the preflight request of a browser.
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
    response = internal_fault();
  }
  const std::string_view origin = request.header("Origin");
  if (is_allowed(options_.cors_origins, origin)) {
    response.headers.emplace_back("Access-Control-Allow-Origin", origin);
    response.headers.emplace_back("Access-Control-Expose-Headers", "ETag, Retry-After");
  }
  // The answer depends on the origin, so a cache on the way must not give it to another one.
  if (!options_.cors_origins.empty()) response.headers.emplace_back("Vary", "Origin");
  return response;
}

http::Response Api::nothing_there(std::string_view target) {
  const std::string_view path = target.substr(0, target.find_first_of("?#"));
  const report::Definition* meant = report::find_meant(path.substr(path.rfind('/') + 1));
  return error_answer(
      ErrorType::not_found,
      meant == nullptr
          ? fmt::format("There is nothing at {}; reports are at /v{}/reports/<resource>/<action>",
                        in_quotes(path), version)
          : fmt::format("There is nothing at {}; did you mean /v{}/reports/{}/{}?", in_quotes(path),
                        version, meant->resource, meant->action));
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
    return nothing_there(request.target);
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
  // A client that sends a body means something by it: the question without it would be another one.
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
  // A client that keeps the answer can ask whether it is still true. For a POST it can't.
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

std::expected<Caller, http::Response> Api::authorize(const http::Request& request,
                                                     std::string_view scope, Instant now) const {
  const std::optional<std::string> token = token_in(request.header("Authorization"));
  auto found = token ? surroundings_.find_caller(*token, request.asker, now) : std::nullopt;
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

http::Share Api::share_of(http::Request& request) const {
  if (!surroundings_.is_ready()) return {};
  const std::optional<std::string> token = token_in(request.header("Authorization"));
  if (!token) return {};
  auto [share, asker] = surroundings_.share_of(*token);
  request.asker = std::move(asker);
  return share;
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
  if (path != "/livez") {
    if (const auto can = surroundings_.can_acknowledge(); !can) {
      return error_answer(ErrorType::service_unavailable,
                          "Records can't be acknowledged: " + can.error().message);
    }
  }
  return http::Response{200,
                        {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
                        R"({"status":"ok"})"};
}

}  // namespace chatreports::api
