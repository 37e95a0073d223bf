#include "api/handle_report.h"

#include <fmt/format.h>

#include "api/conditional.h"
#include "api/default_timezone.h"
#include "api/errors.h"
#include "api/presentation.h"
#include "api/refusals.h"
#include "api/report_desk.h"
#include "report/definition.h"

namespace chatreports::api {
namespace {

constexpr std::size_t most_headers = 8;  // with those that Api and the server add, mostly

}  // namespace

http::Response handle_report(Services& services, const Call& call) {
  const http::Request& request = call.request;
  const bool is_post = request.method == "POST";
  // A client that sends a body means something by it: the report without it would be another one.
  if (!is_post && !request.body.empty()) {
    return error_answer(ErrorType::validation,
                        fmt::format("body: {} takes none; ask with POST, or put the fields into "
                                    "the query string",
                                    request.method));
  }
  const auto timezone = default_timezone(services, call.caller);
  if (!timezone) {
    return error_answer(ErrorType::service_unavailable,
                        "The time zone of the token's agent can't be read; see the server's log");
  }
  const Wholeness wholeness = services.intake.wholeness(call.caller.license);
  if (wholeness == Wholeness::damaged) return damaged_records();
  const auto answer = report_answer(services, call, *timezone);
  if (!answer) return answer.error();
  const auto& [text, media_type] = **answer;
  http::Response response;
  response.headers.reserve(most_headers);
  warn_of_damage(wholeness, response);
  if (!is_post) {
    response.headers.emplace_back("Vary", "Accept");
    if (is_at_client(request, text, response)) return response;
  }
  response.headers.emplace_back("Content-Type", media_type);
  if (media_type == media_type_of(Format::csv)) {
    response.headers.emplace_back(
        "Content-Disposition", fmt::format("attachment; filename=\"{}.csv\"", call.report->action));
  }
  response.body = text;
  return response;
}

}  // namespace chatreports::api
