#pragma once
// POST /ingest/webhooks/chatwoot/N: a webhook of the account that licence N is connected to. It
// says only which conversation has changed, so that the conversation is fetched again: Chatwoot
// sends webhooks in any order, once, and not of everything that it keeps.

#include <functional>
#include <optional>
#include <string_view>

#include "api/services.h"
#include "http/message.h"

namespace chatreports::api {

// Answers
//   200 {"accepted":1,"ignored":0}, or the other way round if it is about no conversation
//   400 if the body is no webhook; 401 for a wrong signature, or one that is not of now
//   503 if nothing is fetched
std::optional<http::Response> ingest_chatwoot_webhook(Services& services,
                                                      const http::Request& request,
                                                      std::string_view license,
                                                      std::function<void(http::Response)> answer);

}  // namespace chatreports::api
