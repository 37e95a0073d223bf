#pragma once
// Access tokens and the secrets of webhooks, without their texts.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/numbers.h"
#include "base/scope.h"
#include "time/instant.h"

namespace chatreports::access {

// The minute in which a token was last used. Any thread. Copies are one mark.
class UseMark {
 public:
  void set(Instant now) const;
  std::optional<Instant> at() const;
  // A mark is no part of what a token is.
  bool operator==(const UseMark&) const { return true; }

 private:
  std::shared_ptr<std::atomic<std::int64_t>> minute_ =
      std::make_shared<std::atomic<std::int64_t>>(0);
};

struct Token {
  std::int64_t id = 0;  // what list shows and revoke takes
  LicenseId license = {};
  Scopes scopes = {};
  std::optional<std::string> agent_id = {};
  Instant created_at = {};
  std::optional<Instant> expires_at = {};
  std::string name = {};  // for people
  // If there are any, its reports count chats of these groups alone, and of these agents alone.
  std::vector<std::int64_t> only_groups = {};
  std::vector<std::string> only_agents = {};
  UseMark used = {};

  bool is_expired(Instant now) const { return expires_at && *expires_at <= now; }
  bool is_narrowed() const { return !only_groups.empty() || !only_agents.empty(); }
  // A secret that webhooks carry is no access token.
  bool is_webhook_secret() const { return scopes == Scopes{Scope::webhooks}; }
  bool operator==(const Token&) const = default;
};

}  // namespace chatreports::access
