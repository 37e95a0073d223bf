#pragma once
// The HTTP API: requests → answers.

#include <memory>

#include "api/cors.h"
#include "api/options.h"
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

 private:
  // Where a request goes, and the time of Clock::elapsed when its head had come.
  struct Admitted {
    Destination destination;
    Duration at;
  };

  // Counts the answer, and adds the headers of CORS if web pages may ask at its route.
  http::Response finished(const Admitted& admitted, const http::Request& request,
                          http::Response response) const;
  void count(const Admitted& admitted, std::string_view method,
             const http::Response& response) const;
  http::Admission admit_to(const Admitted& admitted, const InlineHandler& handler,
                           const http::Request& head) const;
  http::Admission admit_to(const Admitted& admitted, const PageHandler& handler,
                           const http::Request& head) const;
  http::Admission admit_to(const Admitted& admitted, const SlotHandler& handler,
                           const http::Request& head) const;
  http::Admission admit_to(const Admitted& admitted, const StreamHandler& handler,
                           const http::Request& head) const;
  http::Admission admit_to(const Admitted& admitted, const DeferredHandler& handler,
                           const http::Request& head) const;

  const Cors cors_;
  const std::unique_ptr<Services> services_;
};

}  // namespace chatreports::api
