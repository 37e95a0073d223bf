#include "api/api.h"

#include <exception>
#include <optional>
#include <utility>
#include <variant>

#include "api/authorization.h"
#include "api/page.h"
#include "api/refusals.h"

namespace chatreports::api {
namespace {

// Calls a handler. If memory runs out, or the fault is ours, the process lives on.
template <class Handle>
auto guarded(const Handle& handle) -> decltype(handle()) {
  try {
    return handle();
  } catch (const std::exception&) {
    return internal_fault();
  }
}

http::Response handle_call(Services& services, const Destination& destination,
                           const SlotHandler& handler, const Credentials& credentials,
                           const http::Request& request) {
  if (!services.intake.is_ready()) return not_ready();
  const Instant now = services.clock.now();
  const auto caller = authorize(services, credentials, handler.scope, now);
  if (!caller) return caller.error();
  if (!is_identity(request.header("Content-Encoding"))) return wrong_coding();
  return handler.handle(services, {request, *caller, now, destination.route->report,
                                   destination.version, destination.route->is_own});
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
      services_(std::make_unique<Services>(dependencies, std::move(clock), std::move(options))) {}

http::Admission Api::admit(const http::Request& head) const {
  const Duration at = services_->clock.elapsed();
  auto destination = find_route(head, cors_, services_->options.has_page);
  if (!destination) {
    services_->metrics.count_answer(nullptr, head.method, destination.error().status, std::nullopt);
    cors_.add_headers(head, destination.error());
    return http::Inline{[answer = std::move(destination.error())](const http::Request&) mutable {
      return std::move(answer);
    }};
  }
  return std::visit(
      [&](const auto& handler) { return admit_to({*destination, at}, handler, head); },
      destination->route->handler);
}

http::Response Api::refuse(const http::Refusal& refusal, const http::Request* head) const {
  http::Response response = refused_by_server(refusal);
  if (head == nullptr) {
    services_->metrics.count_answer(nullptr, "", response.status, std::nullopt);
    return response;
  }
  const auto destination = find_route(*head, cors_, services_->options.has_page);
  services_->metrics.count_answer(destination ? &*destination : nullptr, head->method,
                                  response.status, std::nullopt);
  if (!destination || destination->route->has_cors) cors_.add_headers(*head, response);
  return response;
}

void Api::count(const Admitted& admitted, std::string_view method,
                const http::Response& response) const {
  services_->metrics.count_answer(&admitted.destination, method, response.status,
                                  services_->clock.elapsed() - admitted.at);
}

http::Response Api::finished(const Admitted& admitted, const http::Request& request,
                             http::Response response) const {
  count(admitted, request.method, response);
  if (admitted.destination.route->has_cors) cors_.add_headers(request, response);
  return response;
}

http::Admission Api::admit_to(const Admitted& admitted, const InlineHandler& handler,
                              const http::Request&) const {
  return http::Inline{[this, admitted, handler](const http::Request& request) {
    return finished(admitted, request, guarded([&] { return handler.handle(*services_); }));
  }};
}

http::Admission Api::admit_to(const Admitted& admitted, const PageHandler& handler,
                              const http::Request&) const {
  return http::Inline{[this, admitted, &file = *handler.file](const http::Request& request) {
    return finished(admitted, request, guarded([&] { return page_answer(file, request); }));
  }};
}

http::Admission Api::admit_to(const Admitted& admitted, const SlotHandler& handler,
                              const http::Request& head) const {
  Credentials credentials = credentials_of(*services_, head);
  const http::Share share = share_of(credentials.found);
  return http::InSlot{share, [this, admitted, &handler,
                              credentials = std::move(credentials)](const http::Request& request) {
                        return finished(admitted, request, guarded([&] {
                                          return handle_call(*services_, admitted.destination,
                                                             handler, credentials, request);
                                        }));
                      }};
}

http::Admission Api::admit_to(const Admitted& admitted, const StreamHandler& handler,
                              const http::Request& head) const {
  auto caller = admit_stream(*services_, handler, head);
  if (!caller) {
    count(admitted, head.method, caller.error());
    return http::Rejected{std::move(caller.error())};
  }
  return http::Streamed{share_of(*caller), [this, admitted, &handler, method = head.method,
                                            license = caller->license](ByteReader& body) {
                          http::Response response =
                              guarded([&] { return handler.handle(*services_, license, body); });
                          count(admitted, method, response);
                          return response;
                        }};
}

http::Admission Api::admit_to(const Admitted& admitted, const DeferredHandler& handler,
                              const http::Request&) const {
  return http::Deferred{
      [this, admitted, &handler](const http::Request& request,
                                 const std::function<void(http::Response)>& answer) {
        // The request may be gone when the answer comes.
        const auto counted = [this, admitted, method = request.method,
                              answer](http::Response response) {
          count(admitted, method, response);
          answer(std::move(response));
        };
        const auto now = guarded([&]() -> std::optional<http::Response> {
          if (!services_->intake.is_ready()) return not_ready();
          // LiveChat packs no webhook, and the sender has not shown a secret yet.
          if (!is_identity(request.header("Content-Encoding"))) return packed_webhook();
          return handler.handle(*services_, request, counted);
        });
        if (now) counted(*now);
      }};
}

}  // namespace chatreports::api
