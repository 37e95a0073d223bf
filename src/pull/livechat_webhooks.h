#pragma once
// Makes LiveChat send its webhooks. Source of the shapes: the public reference of the Configuration
// API.

#include <cstddef>
#include <stop_token>
#include <string>

#include "pull/livechat.h"
#include "pull/source.h"

namespace chatreports::pull {

struct WebhookTarget {
  std::string url;        // of our /ingest/webhooks/livechat, as LiveChat reaches it
  std::string secret;     // that each webhook carries
  std::string client_id;  // of an application of the account's organization
};

constexpr std::size_t max_webhook_url_bytes = 500;

// Registers each action that a figure needs and that the account's version of the API has, and
// enables them. Those that were registered for the same address before are removed. Returns how
// many there are now. After a failure some may be registered; the caller may repeat the call.
Answer<std::size_t> register_webhooks(LiveChat& livechat, const WebhookTarget& target,
                                      const std::stop_token& stop);

}  // namespace chatreports::pull
