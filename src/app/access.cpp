#include "app/access.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

namespace chatreports::app {
namespace {

// A revoked token is refused within a second.
constexpr std::chrono::milliseconds time_between_looks{200};
constexpr int looks_between_saves = 300;  // of the minutes in which tokens were used

}  // namespace

Access::Access(std::unique_ptr<store::Tokens> tokens, std::shared_ptr<const store::DataFiles> files)
    : files_(std::move(files)), tokens_(std::move(tokens)) {}

Access::~Access() {
  follower_.request_stop();
  if (follower_.joinable()) follower_.join();
  save_uses();
}

Result<std::unique_ptr<Access>> Access::open(const std::string& data_folder,
                                             std::shared_ptr<const store::DataFiles> files) {
  auto tokens = store::Tokens::open(data_folder);
  if (!tokens) return std::unexpected(tokens.error());
  std::unique_ptr<Access> access(new Access(*std::move(tokens), std::move(files)));
  if (const Result<void> refreshed = access->refresh(); !refreshed) {
    return std::unexpected(refreshed.error());
  }
  access->follower_ =
      std::jthread([&access = *access](const std::stop_token& stop) { access.follow(stop); });
  return access;
}

Access::TokenSet Access::token_set() const {
  const std::scoped_lock lock(mutex_);
  return token_set_;
}

Result<void> Access::refresh() const {
  const std::scoped_lock reading(tokens_mutex_);
  auto read = read_tokens();
  // A file that is busy for a moment is still the one that was read.
  if (!read && read.error().kind == ErrorKind::unavailable) return read;
  const std::scoped_lock lock(mutex_);
  token_set_ = read ? read_tokens_ : nullptr;
  return read;
}

Result<void> Access::read_tokens() const {
  if (auto there = files_->check_access(); !there) return there;
  auto changed = tokens_->read_if_changed();
  if (!changed) return std::unexpected(std::move(changed.error()));
  if (*changed != nullptr) read_tokens_ = *std::move(changed);
  return {};
}

void Access::follow(const std::stop_token& stop) {
  std::string last_error;
  for (int looks = 1;; ++looks) {
    {
      std::unique_lock lock(mutex_);
      stopping_.wait_for(lock, stop, time_between_looks, [] { return false; });
    }
    if (stop.stop_requested()) return;
    const Result<void> refreshed = refresh();
    const std::string error = refreshed ? "" : refreshed.error().message;
    // Logged once, not five times a second.
    if (!error.empty() && error != last_error) {
      spdlog::error("access tokens can't be read: {}", error);
    } else if (error.empty() && !last_error.empty()) {
      spdlog::info("access tokens can be read again");
    }
    last_error = error;
    if (looks % looks_between_saves == 0) save_uses();
  }
}

void Access::save_uses() const {
  const std::scoped_lock lock(tokens_mutex_);
  if (!files_->check_access()) return;
  // If the disk is full, a later minute is saved instead.
  static_cast<void>(tokens_->save_uses());
}

api::FoundToken Access::find(std::string_view token, Instant now) const {
  api::FoundToken found;
  const TokenSet tokens = token_set();
  if (!tokens) return found;
  if (const access::Token* known = tokens->find(token, now)) {
    found.token = known;
    found.token_id = known->id;
    found.license = known->license;
  }
  found.tokens = tokens;
  return found;
}

Result<std::optional<access::Token>> Access::judge(std::string_view text, TokenSet tokens,
                                                   const access::Token* found, Instant now) const {
  if (tokens && found == nullptr) {
    static_cast<void>(refresh());
    const TokenSet before = std::exchange(tokens, token_set());
    if (tokens && tokens != before) found = tokens->find(text, now);
  }
  if (!tokens) return failed("access tokens can't be read");
  if (found == nullptr || found->is_expired(now)) return std::nullopt;
  return *found;
}

Result<std::optional<api::Caller>> Access::caller(std::string_view token,
                                                  const api::FoundToken& found, Instant now) const {
  const TokenSet tokens = token_set();
  // A token that was found counts only among the current tokens: it may have been revoked since.
  const access::Token* known = nullptr;
  if (tokens && found.tokens == tokens) {
    known = static_cast<const access::Token*>(found.token);
  } else if (tokens) {
    known = tokens->find(token, now);
  }
  auto judged = judge(token, tokens, known, now);
  if (!judged) return std::unexpected(judged.error());
  std::optional<access::Token>& owner = *judged;
  if (!owner || owner->is_webhook_secret()) return std::nullopt;
  owner->used.set(now);
  return api::Caller{owner->id,
                     owner->license,
                     owner->scopes,
                     std::move(owner->agent_id),
                     std::move(owner->name),
                     std::move(owner->only_groups),
                     std::move(owner->only_agents)};
}

Result<std::optional<LicenseId>> Access::license_of_webhook(std::string_view secret,
                                                            Instant now) const {
  const TokenSet tokens = token_set();
  const access::Token* known = tokens ? tokens->find(secret, now) : nullptr;
  auto judged = judge(secret, tokens, known, now);
  if (!judged) return std::unexpected(judged.error());
  std::optional<access::Token>& owner = *judged;
  if (owner && owner->is_webhook_secret()) {
    owner->used.set(now);
    return owner->license;
  }
  std::call_once(unknown_secret_, [] {
    spdlog::warn(
        "answered 401 to a webhook with an unknown secret_key, and will to others like it; "
        "`chatreports webhook create` makes a secret known");
  });
  return std::nullopt;
}

bool Access::knows_webhooks() const {
  const auto tokens = token_set();
  return tokens && tokens->has_webhook_secrets();
}

}  // namespace chatreports::app
