#include "pull/livechat_webhooks.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <set>
#include <string_view>
#include <vector>

#include "ingest/webhook_actions.h"
#include "pull/api_answer.h"
#include "pull/json.h"

namespace chatreports::pull {
namespace {

// Calls `take` for each object of an array.
template <class Take>
Answer<void> for_each_object(std::string_view action, const std::string& json, const Take& take) {
  simdjson::dom::parser parser;
  simdjson::dom::array rows;
  if (parser.parse(json).get(rows) != simdjson::SUCCESS) {
    return std::unexpected(not_as_expected(action));
  }
  for (const simdjson::dom::element row : rows) {
    simdjson::dom::object object;
    if (row.get(object) == simdjson::SUCCESS) take(object);
  }
  return {};
}

std::string text_of(simdjson::dom::object object, std::string_view key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

Answer<std::set<std::string, std::less<>>> actions_of(LiveChat& livechat,
                                                      const std::stop_token& stop) {
  constexpr std::string_view action = "configuration/action/list_webhook_names";
  const auto json =
      livechat.call(action, fmt::format(R"({{"version":"{}"}})", livechat.version()), stop);
  if (!json) return std::unexpected(json.error());
  std::set<std::string, std::less<>> names;
  auto done = for_each_object(action, *json, [&names](simdjson::dom::object webhook) {
    names.insert(text_of(webhook, "action"));
  });
  if (!done) return std::unexpected(std::move(done.error()));
  return names;
}

Answer<void> remove_those_of(LiveChat& livechat, const WebhookTarget& target,
                             const std::stop_token& stop) {
  constexpr std::string_view action = "configuration/action/list_webhooks";
  const std::string owner = fmt::format(R"("owner_client_id":{})", as_json(target.client_id));
  const auto json = livechat.call(action, fmt::format("{{{}}}", owner), stop);
  if (!json) return std::unexpected(json.error());
  std::vector<std::string> ids;
  auto done = for_each_object(action, *json, [&](simdjson::dom::object webhook) {
    if (text_of(webhook, "url") == target.url) ids.push_back(text_of(webhook, "id"));
  });
  if (!done) return done;
  for (const std::string& id : ids) {
    const auto removed = livechat.call("configuration/action/unregister_webhook",
                                       fmt::format(R"({{"id":{},{}}})", as_json(id), owner), stop);
    if (!removed) return std::unexpected(removed.error());
  }
  return {};
}

}  // namespace

Answer<std::size_t> register_webhooks(LiveChat& livechat, const WebhookTarget& target,
                                      const std::stop_token& stop) {
  const auto names = actions_of(livechat, stop);
  if (!names) return std::unexpected(names.error());
  if (auto removed = remove_those_of(livechat, target, stop); !removed) {
    return std::unexpected(std::move(removed.error()));
  }
  std::size_t count = 0;
  for (const std::string_view action : ingest::known_actions()) {
    if (!names->contains(action)) continue;
    const auto registered = livechat.call(
        "configuration/action/register_webhook",
        fmt::format(R"({{"action":"{}","url":{},"secret_key":{},)"
                    R"("owner_client_id":{},"type":"license",)"
                    R"("description":"chatreports"}})",
                    action, as_json(target.url), as_json(target.secret), as_json(target.client_id)),
        stop);
    if (!registered) return std::unexpected(registered.error());
    ++count;
  }
  const auto enabled =
      livechat.call("configuration/action/enable_license_webhooks",
                    fmt::format(R"({{"owner_client_id":{}}})", as_json(target.client_id)), stop);
  if (!enabled) return std::unexpected(enabled.error());
  return count;
}

}  // namespace chatreports::pull
