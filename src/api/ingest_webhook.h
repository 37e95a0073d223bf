#pragma once
// POST /ingest/webhooks/livechat: one webhook, whose secret names the licence.

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "chat/record.h"

namespace chatreports::api {

// The contents of a webhook's body. Its records are yet to be stamped with the time of receipt.
struct WebhookBody {
  std::string secret_key;  // empty where there is none
  std::vector<chat::Record> records;
  std::string ignored_action;  // where no figure needs the action
  std::string refusal;         // why it can't be understood
};

// The error says what is wrong with the body as a whole: not JSON, no object.
Result<WebhookBody> parse_webhook_body(std::string_view body);

}  // namespace chatreports::api
