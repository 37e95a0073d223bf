#pragma once
// The HTTP API: requests → answers.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "api/cors.h"
#include "api/options.h"
#include "api/request_trace.h"
#include "api/routes.h"
#include "api/services.h"
#include "http/admission.h"
#include "http/message.h"

namespace chatreports::api {

// Any thread.
class Api {
 public:
  Api(const Dependencies& dependencies, Clock clock, ApiOptions options = {});

  // As http::Handlers::admit. Its handlers never throw: a fault of ours is answered with 500
  // `internal`. The Api must outlive them.
  http::Admission admit(const http::Request& head) const;
  // As http::Handlers::refuse.
  http::Response refuse(const http::Refusal& refusal, const http::Request* head) const;
  Metrics& metrics() const { return services_->metrics; }
  // Changes ApiOptions::max_requests_per_second. Any thread.
  void limit_requests(std::uint32_t per_second) const { services_->rate_limit.set(per_second); }

 private:
  // A request that has a destination. Its handler shares it.
  struct Admitted {
    Destination destination;
    RequestTrace trace;
  };
  using SharedAdmitted = std::shared_ptr<Admitted>;

  // Counts the answer, tells the log of it, and adds the headers that all answers have.
  // `destination` is null if the request has none; `took` is known of requests that were handled.
  void finish(const Destination* destination, const RequestTrace& trace,
              std::optional<Duration> took, http::Response& response) const;
  void finish(const Admitted& admitted, http::Response& response) const;
  // Calls a handler. If memory runs out, or the fault is ours, the process lives on.
  template <class Handle>
  auto guarded(Admitted& admitted, const Handle& handle) const -> decltype(handle());
  // Likewise, and finishes the answer.
  template <class Handle>
  http::Response run(Admitted& admitted, const http::Request& request, const Handle& handle) const;
  http::Admission admit_to(const SharedAdmitted& admitted, const InlineHandler& handler,
                           const http::Request& head) const;
  http::Admission admit_to(const SharedAdmitted& admitted, const PageHandler& handler,
                           const http::Request& head) const;
  http::Admission admit_to(const SharedAdmitted& admitted, const SlotHandler& handler,
                           const http::Request& head) const;
  http::Admission admit_to(const SharedAdmitted& admitted, const StreamHandler& handler,
                           const http::Request& head) const;
  http::Admission admit_to(const SharedAdmitted& admitted, const DeferredHandler& handler,
                           const http::Request& head) const;

  const Cors cors_;
  const std::string server_name_;
  const std::unique_ptr<Services> services_;
};

}  // namespace chatreports::api
