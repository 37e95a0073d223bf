#pragma once
// The health and the description of the program, for anybody, and its figures.

#include "api/routes.h"
#include "api/services.h"
#include "http/message.h"

namespace chatreports::api {

// GET /livez: the process answers.
http::Response tell_live(const Services& services);
// GET /readyz, /healthz: reports are answered and records can be acknowledged; 503 if not.
http::Response tell_ready(const Services& services);
// GET /openapi.yaml
http::Response tell_openapi(const Services& services);
// GET /metrics: the figures of the server itself, for Prometheus.
http::Response tell_metrics(Services& services, const Call& call);
// The same, for a port of its own.
http::Response metrics_answer(const Metrics& metrics);

}  // namespace chatreports::api
