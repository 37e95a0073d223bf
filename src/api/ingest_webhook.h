#pragma once
// POST /ingest/webhooks/livechat: one webhook, whose secret names the licence.

#include <functional>
#include <optional>
#include <string_view>

#include "api/services.h"
#include "http/message.h"

namespace chatreports::api {

// Queues the webhook to be written. Returns the answer if nothing is to be written; otherwise calls
// `answer` when the webhook is durable and in the next report. Answers
//   200 {"accepted":1,"ignored":0}, or the other way round if no figure needs the action
//   400 if the body is no webhook, or its record is refused; 401 for an unknown secret
//   503 if it can't be written now, or too many webhooks wait
std::optional<http::Response> ingest_webhook(Services& services, const http::Request& request,
                                             std::string_view id,
                                             std::function<void(http::Response)> answer);

}  // namespace chatreports::api
