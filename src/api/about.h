#pragma once
// The health and the description of the program, for anybody.

#include "api/services.h"
#include "http/message.h"

namespace chatreports::api {

// GET /livez: the process answers.
http::Response tell_live(const Services& services);
// GET /readyz, /healthz: reports are answered and records can be acknowledged; 503 if not.
http::Response tell_ready(const Services& services);
// GET /openapi.yaml
http::Response tell_openapi(const Services& services);

}  // namespace chatreports::api
