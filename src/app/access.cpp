#include "app/access.h"

#include <spdlog/spdlog.h>

#include <chrono>

#include "app/clock.h"

namespace chatreports::app {
namespace {

// A token that was revoked is refused within a second.
constexpr std::chrono::milliseconds time_between_looks{200};

}  // namespace

Access::Access(std::unique_ptr<store::Tokens> tokens, std::unique_ptr<store::Store> store,
               std::shared_ptr<const store::DataFiles> files)
    : files_(std::move(files)), tokens_(std::move(tokens)), store_(std::move(store)) {}

Access::~Access() {
  follower_.request_stop();
  if (follower_.joinable()) follower_.join();
  if (!files_->check()) store_->leave_log();
}

Result<std::unique_ptr<Access>> Access::open(const std::string& data_folder,
                                             std::shared_ptr<const store::DataFiles> files) {
  auto tokens = store::Tokens::open(data_folder);
  if (!tokens) return std::unexpected(tokens.error());
  auto store = store::Store::open(data_folder);
  if (!store) return std::unexpected(store.error());
  std::unique_ptr<Access> access(
      new Access(*std::move(tokens), *std::move(store), std::move(files)));
  if (const Result<void> refreshed = access->refresh(); !refreshed) {
    return std::unexpected(refreshed.error());
  }
  access->follower_ =
      std::jthread([&access = *access](const std::stop_token& stop) { access.follow(stop); });
  return access;
}

std::shared_ptr<const store::TokenSet> Access::token_set() const {
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
  while (true) {
    {
      std::unique_lock lock(mutex_);
      stopping_.wait_for(lock, stop, time_between_looks, [] { return false; });
    }
    if (stop.stop_requested()) return;
    const Result<void> refreshed = refresh();
    const std::string error = refreshed ? "" : refreshed.error().message;
    // Once, not five times a second.
    if (!error.empty() && error != last_error) {
      spdlog::error("access tokens can't be read: {}", error);
    } else if (error.empty() && !last_error.empty()) {
      spdlog::info("access tokens can be read again");
    }
    last_error = error;
  }
}

Result<std::optional<store::Token>> Access::find_token(std::string_view text, Instant now) const {
  auto tokens = token_set();
  const store::Token* found = tokens ? tokens->find(text, now) : nullptr;
  if (tokens && found == nullptr) {
    static_cast<void>(refresh());
    tokens = token_set();
    found = tokens ? tokens->find(text, now) : nullptr;
  }
  if (!tokens) return failed("access tokens can't be read");
  if (found == nullptr) return std::nullopt;
  return *found;
}

// If the tokens have not changed since, `asker` is the token itself, and no second look is needed.
Result<std::optional<store::Token>> Access::find_token(std::string_view text,
                                                       const api::Asker& asker, Instant now) const {
  const auto tokens = token_set();
  const bool is_of_tokens = asker && !asker.owner_before(tokens) && !tokens.owner_before(asker);
  if (!is_of_tokens) return find_token(text, now);
  const auto& token = *static_cast<const store::Token*>(asker.get());
  if (token.is_expired(now)) return std::nullopt;
  return token;
}

Result<std::optional<api::Caller>> Access::find(std::string_view token, const api::Asker& asker,
                                                Instant now) const {
  const auto known = find_token(token, asker, now);
  if (!known) return std::unexpected(known.error());
  const std::optional<store::Token>& found = *known;
  if (!found || found->is_webhook_secret()) return std::nullopt;
  api::Caller caller{found->id, found->license, found->scopes, std::nullopt};
  if (!found->agent_id) return caller;
  const auto zone = timezone(found->license, *found->agent_id);
  caller.is_timezone_unreadable = !zone;
  if (zone) caller.agent_timezone = *zone;
  return caller;
}

std::pair<http::Share, api::Asker> Access::share_of(std::string_view token) const {
  const auto tokens = token_set();
  const store::Token* found = tokens ? tokens->find(token, now()) : nullptr;
  if (found == nullptr) return {};
  const http::Share share{static_cast<std::uint64_t>(found->license.value),
                          static_cast<std::uint64_t>(found->id)};
  // The token, which keeps the set that it is in.
  return {share, std::shared_ptr<const store::Token>(tokens, found)};
}

Result<std::optional<LicenseId>> Access::find_webhook(std::string_view secret) const {
  const auto known = find_token(secret, now());
  if (!known) return std::unexpected(known.error());
  const std::optional<store::Token>& found = *known;
  if (!found || !found->is_webhook_secret()) return std::nullopt;
  return found->license;
}

bool Access::knows_webhooks() const {
  const auto tokens = token_set();
  return tokens && tokens->has_webhook_secrets();
}

void Access::forget_timezones(LicenseId license) {
  const std::scoped_lock lock(timezones_mutex_);
  std::erase_if(timezones_, [license](const auto& known) { return known.first.first == license; });
}

Result<std::optional<std::string>> Access::timezone(LicenseId license,
                                                    const std::string& agent_id) const {
  const std::scoped_lock lock(timezones_mutex_);
  const auto known = timezones_.find({license, agent_id});
  if (known != timezones_.end()) return known->second;
  auto timezone = store_->agent_timezone(license, agent_id);
  if (timezone) {
    timezones_.emplace(std::pair(license, agent_id), *timezone);
  } else if (timezone.error().message != last_timezone_error_) {  // not with each question
    last_timezone_error_ = timezone.error().message;
    spdlog::error("an agent's time zone can't be read: {}", last_timezone_error_);
  }
  return timezone;
}

}  // namespace chatreports::app
