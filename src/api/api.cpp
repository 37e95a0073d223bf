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
  auto destination = find_route(head, cors_, services_->options.has_page);
  if (!destination) {
    cors_.add_headers(head, destination.error());
    return http::Inline{[answer = std::move(destination.error())](const http::Request&) mutable {
      return std::move(answer);
    }};
  }
  return std::visit([&](const auto& handler) { return admit_to(*destination, handler, head); },
                    destination->route->handler);
}

http::Response Api::refuse(const http::Refusal& refusal, const http::Request* head) const {
  http::Response response = refused_by_server(refusal);
  if (head == nullptr) return response;
  const auto destination = find_route(*head, cors_, services_->options.has_page);
  if (!destination || destination->route->has_cors) cors_.add_headers(*head, response);
  return response;
}

http::Response Api::with_cors(const Route& route, const http::Request& request,
                              http::Response response) const {
  if (route.has_cors) cors_.add_headers(request, response);
  return response;
}

http::Admission Api::admit_to(const Destination& destination, const InlineHandler& handler,
                              const http::Request&) const {
  return http::Inline{[this, &route = *destination.route, handler](const http::Request& request) {
    return with_cors(route, request, guarded([&] { return handler.handle(*services_); }));
  }};
}

http::Admission Api::admit_to(const Destination&, const PageHandler& handler,
                              const http::Request&) const {
  return http::Inline{[&file = *handler.file](const http::Request& request) {
    return guarded([&] { return page_answer(file, request); });
  }};
}

http::Admission Api::admit_to(const Destination& destination, const SlotHandler& handler,
                              const http::Request& head) const {
  Credentials credentials = credentials_of(*services_, head);
  const http::Share share = share_of(credentials.found);
  return http::InSlot{share, [this, destination, &handler,
                              credentials = std::move(credentials)](const http::Request& request) {
                        return with_cors(*destination.route, request, guarded([&] {
                          return handle_call(*services_, destination, handler, credentials,
                                             request);
                        }));
                      }};
}

http::Admission Api::admit_to(const Destination&, const StreamHandler& handler,
                              const http::Request& head) const {
  auto caller = admit_stream(*services_, handler, head);
  if (!caller) return http::Rejected{std::move(caller.error())};
  return http::Streamed{share_of(*caller), [&services = *services_, &handler,
                                            license = caller->license](ByteReader& body) {
                          return guarded([&] { return handler.handle(services, license, body); });
                        }};
}

http::Admission Api::admit_to(const Destination&, const DeferredHandler& handler,
                              const http::Request&) const {
  return http::Deferred{
      [&services = *services_, &handler](const http::Request& request,
                                         const std::function<void(http::Response)>& answer) {
        const auto now = guarded([&]() -> std::optional<http::Response> {
          if (!services.intake.is_ready()) return not_ready();
          // LiveChat packs no webhook, and the sender has not shown a secret yet.
          if (!is_identity(request.header("Content-Encoding"))) return packed_webhook();
          return handler.handle(services, request, answer);
        });
        if (now) answer(*now);
      }};
}

}  // namespace chatreports::api
