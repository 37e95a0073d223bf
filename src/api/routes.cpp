#include "api/routes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "api/about.h"
#include "api/cors.h"
#include "api/delete_records.h"
#include "api/dialects.h"
#include "api/errors.h"
#include "api/handle_report.h"
#include "api/ingest_chatwoot.h"
#include "api/ingest_records.h"
#include "api/ingest_webhook.h"
#include "api/manage_tokens.h"
#include "api/page.h"
#include "api/refusals.h"
#include "api/target.h"
#include "api/tell_directory.h"
#include "api/tell_thread.h"
#include "base/nearest_name.h"
#include "report/catalogue.h"

namespace chatreports::api {
namespace {

constexpr std::string_view get[] = {"GET", "HEAD"};
constexpr std::string_view post[] = {"POST"};
constexpr std::string_view only_delete[] = {"DELETE"};
constexpr std::string_view get_or_post[] = {"GET", "HEAD", "POST"};
constexpr std::string_view all_methods[] = {"GET", "HEAD", "POST", "DELETE",
                                            "OPTIONS"};  // of any route
constexpr bool has_cors = true;
constexpr std::string_view own_prefix = "/v1";  // of addresses that the API text does not have
constexpr std::string_view ingest_prefix = "/ingest/";
constexpr std::string_view id_in_path = "{id}";

std::vector<Route> make_routes() {
  std::vector<Route> table = {
      {"livez", "/livez", get, InlineHandler{tell_live}, has_cors},
      {"readyz", "/readyz", get, InlineHandler{tell_ready}, has_cors},
      {"healthz", "/healthz", get, InlineHandler{tell_ready}, has_cors},
      {"openapi", "/openapi.yaml", get, InlineHandler{tell_openapi}, has_cors},
      {"metrics", "/metrics", get, SlotHandler{Scope::metrics_read, tell_metrics}},
      {"about", "/v1/about", get, SlotHandler{Scope::reports_read, tell_caller}, has_cors},
      {"directory", "/v1/directory", get, SlotHandler{Scope::reports_read, tell_directory},
       has_cors},
      {"property", "/v1/directory/property", get, SlotHandler{Scope::reports_read, tell_property},
       has_cors},
      {"tokens", "/v1/tokens", get_or_post, SlotHandler{Scope::admin, list_or_create_tokens},
       has_cors},
      {"token", "/v1/tokens/{id}", only_delete, SlotHandler{Scope::admin, revoke_token}, has_cors},
      {"token-rotate", "/v1/tokens/{id}/rotate", post, SlotHandler{Scope::admin, rotate_token},
       has_cors},
      {"thread", "/v1/threads/{id}", get, SlotHandler{Scope::reports_write, tell_thread}, has_cors},
      {"records", "/ingest/records", post, StreamHandler{Scope::reports_write, ingest_records}},
      {"webhook", "/ingest/webhooks/livechat", post, DeferredHandler{ingest_webhook}},
      {"chatwoot-webhook", "/ingest/webhooks/chatwoot/{id}", post,
       DeferredHandler{ingest_chatwoot_webhook}},
      {"deletions", "/v1/deletions", post, SlotHandler{Scope::records_delete, delete_records}},
  };
  for (const report::Definition& report : report::catalogue()) {
    table.push_back({.name = std::string(report.name),
                     .path = fmt::format("/reports/{}/{}", report.resource, report.action),
                     .methods = get_or_post,
                     .handler = SlotHandler{Scope::reports_read, handle_report},
                     .has_cors = true,
                     .report = &report});
  }
  for (const PageFile& file : page_files()) {
    table.push_back({.name = fmt::format("page {}", file.path),
                     .path = std::string(file.path),
                     .methods = get,
                     .handler = PageHandler{&file}});
  }
  const std::size_t count = table.size();
  for (std::size_t at = 0; at < count; ++at) {
    if (table[at].report == nullptr) continue;
    Route own = table[at];
    own.name = "v1-" + own.name;
    own.path = std::string(own_prefix) + own.path;
    own.is_own = true;
    table.push_back(std::move(own));
  }
  return table;
}

// The address of the report in a version that has it, if possible in `version`.
std::string address_of(const report::Definition& report, report::Version version) {
  const auto [first, last] = report.versions;
  return fmt::format("/v{}/reports/{}/{}", name_of(std::clamp(version, first, last)),
                     report.resource, report.action);
}

// Returns the version that a wrong address seems to mean, or `otherwise`.
report::Version meant_by(std::string_view address, report::Version otherwise) {
  for (const report::Version version : report::all_versions) {
    if (address.find(name_of(version)) != address.npos) return version;
  }
  return otherwise;
}

// Returns the address that is not one of a report and was probably meant, or an empty text.
std::string_view other_address_near(std::string_view path) {
  std::vector<std::string_view> addresses;
  for (const Route& route : routes()) {
    const bool is_page = std::holds_alternative<PageHandler>(route.handler);
    if (route.report == nullptr && !is_page) addresses.push_back(route.path);
  }
  return nearest_name(path, addresses);
}

http::Response nothing_at(std::string_view target, std::string_view path, report::Version version) {
  if (const UnansweredReport* report = find_unanswered(path)) {
    return error_answer(ErrorType::not_found,
                        fmt::format("The report at {} ({}) can't be answered: {}", in_quotes(path),
                                    text_of(report->versions), report->why));
  }
  const std::string_view given = target.substr(0, target.find_first_of("?#"));
  if (version == default_version) version = meant_by(given, version);
  while (path.ends_with('/')) path.remove_suffix(1);
  const report::Definition* meant = report::find_meant(path.substr(path.rfind('/') + 1));
  const bool is_own = path.starts_with(own_prefix);
  const auto did_you_mean = [given](std::string_view address) {
    return error_answer(
        ErrorType::not_found,
        fmt::format("There is nothing at {}; did you mean {}?", in_quotes(given), address));
  };
  if (meant == nullptr) {
    const std::string_view near = other_address_near(path);
    if (!near.empty()) return did_you_mean(near);
    return error_answer(
        ErrorType::not_found,
        fmt::format("There is nothing at {}; reports are at {}/reports/<resource>/<action>",
                    in_quotes(given),
                    is_own ? std::string(own_prefix) : fmt::format("/v{}", name_of(version))));
  }
  return did_you_mean(
      is_own ? fmt::format("{}/reports/{}/{}", own_prefix, meant->resource, meant->action)
             : address_of(*meant, version));
}

// Returns what stands in the path for the "{id}" of the route; nothing if the route has none, or
// does not lead there.
std::optional<std::string_view> id_in(std::string_view path, const Route& route) {
  const std::string_view pattern = route.path;
  const std::size_t begin = pattern.find(id_in_path);
  if (begin == pattern.npos || !path.starts_with(pattern.substr(0, begin))) return std::nullopt;
  path.remove_prefix(begin);
  const std::string_view id = path.substr(0, path.find('/'));
  if (id.empty() || path.substr(id.size()) != pattern.substr(begin + id_in_path.size())) {
    return std::nullopt;
  }
  return id;
}

http::Response not_in_version(const report::Definition& report, report::Version version) {
  return error_answer(
      ErrorType::not_found,
      fmt::format("The report {}/{} is in {}, not in {}; ask {}", report.resource, report.action,
                  text_of(report.versions), name_of(version), address_of(report, version)));
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

std::string_view Destination::version_name() const {
  return route->report == nullptr || route->is_own ? "" : report::name_of(version);
}

std::span<const Route> routes() {
  static const std::vector<Route> table = make_routes();
  return table;
}

std::expected<Destination, http::Response> find_route(const http::Request& head, const Cors& cors,
                                                      bool has_page) {
  if (head.target == "*" && head.method == "OPTIONS") {
    return std::unexpected(
        http::Response{204, {{"Allow", fmt::format("{}", fmt::join(all_methods, ", "))}}, ""});
  }
  const Target target = parse_target(head.target);
  auto route = std::ranges::find(routes(), target.path, &Route::path);
  const bool may_have_id =
      target.path.starts_with(own_prefix) || target.path.starts_with(ingest_prefix);
  if (route == routes().end() && may_have_id) {
    route = std::ranges::find_if(
        routes(), [&target](const Route& one) { return id_in(target.path, one).has_value(); });
  }
  const bool is_there =
      route != routes().end() && (has_page || !std::holds_alternative<PageHandler>(route->handler));
  // A browser sends no request without a preflight that succeeds, and the web page can then read
  // what is wrong with the request.
  if (cors.is_preflight(head) && (!is_there || route->has_cors)) {
    return std::unexpected(Cors::preflight_answer(head, is_there ? route->methods : get_or_post));
  }
  if (auto contradiction = contradiction_in(head)) {
    return std::unexpected(*std::move(contradiction));
  }
  // Judged before the address and the method, which depend on it.
  const Result<report::Version> version = version_of(target, head);
  if (!version) {
    return std::unexpected(error_answer(ErrorType::unsupported_version, version.error().message));
  }
  if (!is_there) return std::unexpected(nothing_at(head.target, target.path, *version));
  const bool has_version = route->report != nullptr && !route->is_own;
  if (has_version && !route->report->versions.contain(*version)) {
    return std::unexpected(not_in_version(*route->report, *version));
  }
  if (std::ranges::find(route->methods, head.method) == route->methods.end()) {
    return std::unexpected(wrong_method(*route));
  }
  return Destination{&*route, route->is_own ? route->report->versions.last : *version,
                     std::string(id_in(target.path, *route).value_or(""))};
}

}  // namespace chatreports::api
