#pragma once
// GET, HEAD and POST of a report.

#include "api/routes.h"
#include "api/services.h"
#include "http/message.h"

namespace chatreports::api {

// Answers the report at Call::report. A client may ask with If-None-Match whether an answer to a
// GET has changed.
http::Response handle_report(Services& services, const Call& call);

}  // namespace chatreports::api
