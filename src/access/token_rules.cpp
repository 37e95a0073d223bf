#include "access/token_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "chat/limits.h"

namespace chatreports::access {
namespace {

std::string fault_of_text(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) return fmt::format("longer than {} bytes", max_bytes);
  return valid_utf8(text) == text ? "" : "not UTF-8";
}

}  // namespace

std::string fault_of_token_name(std::string_view name) {
  return fault_of_text(name, max_token_name_bytes);
}

std::string fault_of_agent_id(std::string_view id) {
  return fault_of_text(id, chat::max_id_bytes);
}

Result<void> check_token(const Token& token) {
  if (token.scopes.empty()) return invalid("a token needs a scope");
  if (token.is_narrowed() && token.scopes != Scopes{Scope::reports_read}) {
    return invalid(
        "a token that is narrowed to groups or agents has no other scope than reports_read");
  }
  if (std::max(token.only_groups.size(), token.only_agents.size()) > max_narrowing_values) {
    return invalid(fmt::format("a token is narrowed to at most {0} groups and {0} agents",
                               max_narrowing_values));
  }
  return {};
}

Result<Token> successor_of(const Token& old, Instant now, std::optional<Instant> expires_at) {
  if (old.is_expired(now)) {
    return invalid(fmt::format("token {} has expired; create another one", old.id));
  }
  Token next = old;
  next.created_at = now;
  if (old.expires_at) next.expires_at = now + (*old.expires_at - old.created_at);
  if (expires_at) next.expires_at = expires_at;
  return next;
}

}  // namespace chatreports::access
