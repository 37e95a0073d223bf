#include "access/token_json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string_view>

#include "base/json_text.h"
#include "base/utf8.h"
#include "time/rfc3339.h"

namespace chatreports::access {
namespace {

void append_text(std::string& json, std::string_view key, const std::optional<std::string>& text) {
  json += fmt::format(R"(,"{}":)", key);
  if (text) {
    append_json_string(json, valid_utf8(*text));
  } else {
    json += "null";
  }
}

void append_time(std::string& json, std::string_view key, const std::optional<Instant>& at) {
  append_text(json, key, at.transform(format_rfc3339_second));
}

}  // namespace

void append_json(std::string& json, const Token& token) {
  json += fmt::format(R"({{"id":{},"kind":"{}","license":{})", token.id,
                      token.is_webhook_secret() ? "webhook_secret" : "token", token.license.value);
  if (!token.is_webhook_secret()) {
    append_text(json, "name", token.name);
    json += fmt::format(R"(,"scopes":["{}"])", token.scopes.text(R"(",")"));
    append_text(json, "agent_id", token.agent_id);
    append_time(json, "expires_at", token.expires_at);
    json +=
        fmt::format(R"(,"only_groups":[{}],"only_agents":[)", fmt::join(token.only_groups, ","));
    for (const std::string& agent : token.only_agents) {
      if (json.back() != '[') json += ',';
      append_json_string(json, valid_utf8(agent));
    }
    json += ']';
  }
  append_time(json, "created_at", token.created_at);
  append_time(json, "last_used_at", token.used.at());
  json += '}';
}

}  // namespace chatreports::access
