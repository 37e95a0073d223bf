#include "app/request_lines.h"

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "app/log.h"

namespace chatreports::app {
namespace {

std::int64_t microseconds(Duration duration) {
  return duration.count();
}

std::vector<LogField> fields_of(const api::AnsweredRequest& request) {
  const auto& [trace, destination, status, bytes, took] = request;
  std::vector<LogField> fields = {{"request_id", trace.id}};
  if (!trace.trace_parent.empty()) fields.push_back({"traceparent", trace.trace_parent});
  fields.push_back({"method", trace.method});
  fields.push_back(
      {"route", destination == nullptr ? "none" : std::string_view(destination->route->name)});
  if (destination != nullptr && !destination->version_name().empty()) {
    fields.push_back({"version", destination->version_name()});
  }
  fields.push_back({"status", std::int64_t{status}});
  if (trace.token_id != 0) {
    fields.push_back({"license", trace.license.value});
    fields.push_back({"token", trace.token_id});
    if (!trace.token_name.empty()) fields.push_back({"token_name", trace.token_name});
  }
  fields.push_back({"bytes", static_cast<std::int64_t>(bytes)});
  fields.push_back({"waited_us", microseconds(trace.waited)});
  fields.push_back({"engine_us", microseconds(trace.in_engine)});
  fields.push_back({"took_us", microseconds(took)});
  return fields;
}

bool is_report(const api::AnsweredRequest& request) {
  return request.destination != nullptr && request.destination->route->report != nullptr;
}

}  // namespace

bool RequestLines::wants_plan(Duration took) const {
  const Duration slow = slow_;
  return slow > Duration{} && took >= slow;
}

void RequestLines::answered(const api::AnsweredRequest& request) const {
  const bool is_slow = is_report(request) && wants_plan(request.took);
  const bool has_all = has_all_;
  const bool has_fault = !request.trace.fault.empty();
  if (!has_all && !is_slow && !has_fault) return;
  std::vector<LogField> fields = fields_of(request);
  if (has_all) log(LogPriority::info, "request", fields);
  if (is_slow) {
    // A report from the cache, or a refused one, has no plan.
    const bool has_plan = !request.trace.plan.empty();
    if (has_plan) fields.push_back({"plan", request.trace.plan});
    log(LogPriority::warning, "slow report", fields);
    if (has_plan) fields.pop_back();
  }
  if (has_fault) {
    fields.push_back({"fault", request.trace.fault});
    log(LogPriority::error, "a fault of this program, answered with 500", fields);
  }
}

}  // namespace chatreports::app
