#include "api/routes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "api/about.h"
#include "api/cors.h"
#include "api/errors.h"
#include "api/handle_report.h"
#include "api/ingest_records.h"
#include "api/ingest_webhook.h"
#include "api/target.h"
#include "report/catalogue.h"

namespace chatreports::api {
namespace {

constexpr std::string_view get[] = {"GET", "HEAD"};
constexpr std::string_view post[] = {"POST"};
constexpr std::string_view get_or_post[] = {"GET", "HEAD", "POST"};
constexpr std::string_view all_methods[] = {"GET", "HEAD", "POST", "OPTIONS"};  // of any route

std::vector<Route> make_routes() {
  std::vector<Route> table = {
      {"livez", "/livez", get, InlineHandler{tell_live}},
      {"readyz", "/readyz", get, InlineHandler{tell_ready}},
      {"healthz", "/healthz", get, InlineHandler{tell_ready}},
      {"openapi", "/openapi.yaml", get, InlineHandler{tell_openapi}},
      {"records", "/ingest/records", post, StreamHandler{Scope::reports_write, ingest_records}},
      {"webhook", "/ingest/webhooks/livechat", post, DeferredHandler{ingest_webhook}},
  };
  for (const report::Definition& report : report::catalogue()) {
    table.push_back({.name = report.name,
                     .path = fmt::format("/reports/{}/{}", report.resource, report.action),
                     .methods = get_or_post,
                     .handler = SlotHandler{Scope::reports_read, handle_report},
                     .has_cors = true,
                     .report = &report});
  }
  return table;
}

http::Response nothing_at(std::string_view target) {
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

http::Response wrong_method(const Route& route) {
  const auto methods = route.methods;
  const std::string first = fmt::format("{}", fmt::join(methods.first(methods.size() - 1), ", "));
  http::Response response = error_answer(
      ErrorType::not_allowed,
      fmt::format("The method must be {}{}{}", first, first.empty() ? "" : " or ", methods.back()));
  response.headers.emplace_back("Allow", fmt::format("{}", fmt::join(methods, ", ")));
  return response;
}

}  // namespace

std::span<const Route> routes() {
  static const std::vector<Route> table = make_routes();
  return table;
}

std::expected<const Route*, http::Response> find_route(const http::Request& head,
                                                       const Cors& cors) {
  if (head.target == "*" && head.method == "OPTIONS") {
    return std::unexpected(
        http::Response{204, {{"Allow", fmt::format("{}", fmt::join(all_methods, ", "))}}, ""});
  }
  const Target target = parse_target(head.target);
  const bool is_preflight = cors.is_preflight(head);
  // Judged before the address and the method, which another version may have. A preflight request
  // passes, so that the web page can read the error.
  if (auto other = other_version(target, head); other && !is_preflight) {
    return std::unexpected(
        error_answer(ErrorType::unsupported_version,
                     fmt::format("The version must be {}, not {}", version, in_quotes(*other))));
  }
  const auto route = std::ranges::find(routes(), target.path, &Route::path);
  if (route == routes().end()) return std::unexpected(nothing_at(head.target));
  if (is_preflight && route->has_cors) {
    return std::unexpected(Cors::preflight_answer(route->methods));
  }
  if (std::ranges::find(route->methods, head.method) == route->methods.end()) {
    return std::unexpected(wrong_method(*route));
  }
  return &*route;
}

}  // namespace chatreports::api
