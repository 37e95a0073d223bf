#include "api/about.h"

#include "api/errors.h"
#include "api/openapi.h"
#include "api/refusals.h"

namespace chatreports::api {

http::Response tell_live(const Services&) {
  return {200,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          R"({"status":"ok"})"};
}

http::Response tell_ready(const Services& services) {
  if (!services.intake.is_ready()) return not_ready();
  if (const auto can = services.intake.can_acknowledge(); !can) {
    return error_answer(ErrorType::service_unavailable,
                        "Records can't be acknowledged: " + can.error().message);
  }
  return tell_live(services);
}

http::Response tell_openapi(const Services&) {
  return {200, {{"Content-Type", "application/yaml"}}, std::string(openapi_document())};
}

http::Response tell_metrics(Services& services, const Call&) {
  return metrics_answer(services.metrics);
}

http::Response metrics_answer(const Metrics& metrics) {
  return {
      200,
      {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}, {"Cache-Control", "no-store"}},
      metrics.text()};
}

}  // namespace chatreports::api
