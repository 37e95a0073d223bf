#include "api/api.h"

#include <fmt/format.h>

#include <exception>
#include <optional>
#include <utility>
#include <variant>

#include "api/authorization.h"
#include "api/page.h"
#include "api/refusals.h"
#include "base/exception.h"
#include "base/product_version.h"

namespace chatreports::api {
namespace {

http::Response handle_call(Services& services, const Destination& destination,
                           const SlotHandler& handler, const Credentials& credentials,
                           const http::Request& request, RequestTrace& trace) {
  if (!services.intake.is_ready()) return not_ready();
  const Instant now = services.clock.now();
  const auto caller = authorize(services, credentials, handler.scope, now);
  if (!caller) return caller.error();
  trace.token_name = caller->token_name;
  if (!is_identity(request.header("Content-Encoding"))) return wrong_coding();
  return handler.handle(services, {request, *caller, trace, now, destination.route->report,
                                   destination.version, destination.route->is_own, destination.id});
}

std::expected<Caller, http::Response> admit_stream(Services& services, const StreamHandler& handler,
                                                   const http::Request& head) {
  if (!services.intake.is_ready()) return std::unexpected(not_ready());
  auto caller =
      authorize(services, credentials_of(services, head), handler.scope, services.clock.now());
  if (!caller) return caller;
  const std::string_view coding = head.header("Content-Encoding");
  if (!is_coding(coding, "gzip") && !is_identity(coding)) return std::unexpected(wrong_coding());
  return caller;
}

}  // namespace

Api::Api(const Dependencies& dependencies, Clock clock, ApiOptions options)
    : cors_(options.cors_origins),
      server_name_(fmt::format("chatreports/{}", product_version())),
      services_(std::make_unique<Services>(dependencies, std::move(clock), std::move(options))) {}

http::Admission Api::admit(const http::Request& head) const {
  RequestTrace trace = trace_of(&head, services_->clock.elapsed());
  auto destination = find_route(head, cors_, services_->options.has_page);
  if (!destination) {
    http::Response& answer = destination.error();
    cors_.add_headers(head, answer);
    finish(nullptr, trace, std::nullopt, answer);
    return http::Inline{
        [answer = std::move(answer)](const http::Request&) mutable { return std::move(answer); }};
  }
  const auto admitted = std::make_shared<Admitted>(*destination, std::move(trace));
  return std::visit([&](const auto& handler) { return admit_to(admitted, handler, head); },
                    destination->route->handler);
}

http::Response Api::refuse(const http::Refusal& refusal, const http::Request* head) const {
  const RequestTrace trace = trace_of(head, services_->clock.elapsed());
  http::Response response = refused_by_server(refusal);
  if (head == nullptr) {
    finish(nullptr, trace, std::nullopt, response);
    return response;
  }
  const auto destination = find_route(*head, cors_, services_->options.has_page);
  if (!destination || destination->route->has_cors) cors_.add_headers(*head, response);
  finish(destination ? &*destination : nullptr, trace, std::nullopt, response);
  return response;
}

void Api::finish(const Admitted& admitted, http::Response& response) const {
  finish(&admitted.destination, admitted.trace, services_->clock.elapsed() - admitted.trace.came,
         response);
}

void Api::finish(const Destination* destination, const RequestTrace& trace,
                 std::optional<Duration> took, http::Response& response) const {
  services_->metrics.count_answer(destination, trace.method, response.status, took);
  if (services_->log != nullptr) {
    services_->log->answered(
        {trace, destination, response.status, response.body.size(), took.value_or(Duration{})});
  }
  response.headers.emplace_back("Server", server_name_);
  response.headers.emplace_back("X-Request-Id", trace.id);
}

template <class Handle>
auto Api::guarded(Admitted& admitted, const Handle& handle) const -> decltype(handle()) {
  RequestTrace& trace = admitted.trace;
  trace.waited = services_->clock.elapsed() - trace.came;
  try {
    return handle();
  } catch (const std::exception& exception) {
    trace.fault = error_of(exception).message;
    return internal_fault();
  }
}

template <class Handle>
http::Response Api::run(Admitted& admitted, const http::Request& request,
                        const Handle& handle) const {
  http::Response response = guarded(admitted, handle);
  if (admitted.destination.route->has_cors) cors_.add_headers(request, response);
  finish(admitted, response);
  return response;
}

http::Admission Api::admit_to(const SharedAdmitted& admitted, const InlineHandler& handler,
                              const http::Request&) const {
  return http::Inline{[this, admitted, handler](const http::Request& request) {
    return run(*admitted, request, [&] { return handler.handle(*services_); });
  }};
}

http::Admission Api::admit_to(const SharedAdmitted& admitted, const PageHandler& handler,
                              const http::Request&) const {
  return http::Inline{[this, admitted, &file = *handler.file](const http::Request& request) {
    return run(*admitted, request, [&] { return page_answer(file, request); });
  }};
}

http::Admission Api::admit_to(const SharedAdmitted& admitted, const SlotHandler& handler,
                              const http::Request& head) const {
  Credentials credentials = credentials_of(*services_, head);
  admitted->trace.license = credentials.found.license;
  admitted->trace.token_id = credentials.found.token_id;
  const http::Share share = share_of(credentials.found);
  return http::InSlot{share, [this, admitted, &handler,
                              credentials = std::move(credentials)](const http::Request& request) {
                        return run(*admitted, request, [&] {
                          return handle_call(*services_, admitted->destination, handler,
                                             credentials, request, admitted->trace);
                        });
                      }};
}

http::Admission Api::admit_to(const SharedAdmitted& admitted, const StreamHandler& handler,
                              const http::Request& head) const {
  auto caller = admit_stream(*services_, handler, head);
  if (!caller) {
    finish(*admitted, caller.error());
    return http::Rejected{std::move(caller.error())};
  }
  admitted->trace.license = caller->license;
  admitted->trace.token_id = caller->token_id;
  admitted->trace.token_name = caller->token_name;
  return http::Streamed{share_of(*caller), [this, admitted, &handler](ByteReader& body) {
                          http::Response response = guarded(*admitted, [&] {
                            return handler.handle(*services_, admitted->trace.license, body);
                          });
                          finish(*admitted, response);
                          return response;
                        }};
}

http::Admission Api::admit_to(const SharedAdmitted& admitted, const DeferredHandler& handler,
                              const http::Request&) const {
  return http::Deferred{
      [this, admitted, &handler](const http::Request& request,
                                 const std::function<void(http::Response)>& answer) {
        // The request may be gone when the answer comes.
        const auto later = [this, admitted, answer](http::Response response) {
          finish(*admitted, response);
          answer(std::move(response));
        };
        auto now = guarded(*admitted, [&]() -> std::optional<http::Response> {
          if (!services_->intake.is_ready()) return not_ready();
          // No other system packs a webhook, and the sender has not shown a secret yet.
          if (!is_identity(request.header("Content-Encoding"))) return packed_webhook();
          return handler.handle(*services_, request, admitted->destination.id, later);
        });
        if (now) later(*std::move(now));
      }};
}

}  // namespace chatreports::api
