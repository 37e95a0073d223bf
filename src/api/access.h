#pragma once
// Who calls: access tokens and the secrets of webhooks.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "base/scope.h"
#include "time/instant.h"

namespace chatreports::api {

// The holder of a token.
struct Caller {
  std::int64_t token_id = 0;
  LicenseId license;
  Scopes scopes;
  std::optional<std::string> agent_id;  // the owner, whose time zone is the default of reports
  std::string token_name = {};          // for the log
  // If there are any, reports count chats of these groups alone, and of these agents alone.
  std::vector<std::int64_t> only_groups = {};
  std::vector<std::string> only_agents = {};

  bool is_narrowed() const { return !only_groups.empty() || !only_agents.empty(); }
};

// The result of Access::find. It grants nothing: Access::caller judges the token again when the
// request runs.
struct FoundToken {
  std::int64_t token_id = 0;  // 0: not found
  LicenseId license;
  // For Access alone: the tokens that were searched, and the one among them; null: not found.
  std::shared_ptr<const void> tokens = nullptr;
  const void* token = nullptr;
};

// Any thread may call any function.
class Access {
 public:
  virtual ~Access() = default;

  // Searches what is in memory; never waits.
  virtual FoundToken find(std::string_view token, Instant now) const = 0;

  // Returns the caller with this token; nothing if it is unknown, revoked or expired; an error if
  // tokens can't be read. `found` is what find() has returned for it, and saves a second search
  // unless the tokens have changed since. A token that was just created is known at once. May wait
  // for the disk if the token is unknown.
  virtual Result<std::optional<Caller>> caller(std::string_view token, const FoundToken& found,
                                               Instant now) const = 0;

  // Returns the licence whose webhooks carry this secret; otherwise as caller().
  virtual Result<std::optional<LicenseId>> license_of_webhook(std::string_view secret,
                                                              Instant now) const = 0;
};

}  // namespace chatreports::api
