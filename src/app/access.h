#pragma once
// Who may ask: the tokens as they are on disk, followed while the server runs.

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "api/api.h"
#include "base/error.h"
#include "store/store.h"
#include "store/tokens.h"

namespace chatreports::app {

class Access {
 public:
  // Reads the tokens of the data folder, and again whenever they change, a few times a second, on a
  // thread of its own. While they can't be read, or the file is not the one of `files` any more,
  // nobody is known.
  static Result<std::unique_ptr<Access>> open(const std::string& data_folder,
                                              std::shared_ptr<const store::DataFiles> files);
  ~Access();
  Access(const Access&) = delete;
  Access& operator=(const Access&) = delete;

  // Whether tokens can be told from others. Any thread.
  bool is_usable() const { return token_set() != nullptr; }

  // Whom the token stands for; nothing where it is unknown, revoked or expired; an error where
  // tokens can't be told. A token that was just created is known at once. Any thread.
  // `asker` is what share_of has answered for it, or null.
  Result<std::optional<api::Caller>> find(std::string_view token, const api::Asker& asker,
                                          Instant now) const;

  // A share for each known token, of its licence's; one for all that is not known, or not yet. Any
  // thread; it waits for nothing.
  std::pair<http::Share, api::Asker> share_of(std::string_view token) const;

  // The licence whose webhooks carry this secret; as find. Any thread.
  Result<std::optional<LicenseId>> find_webhook(std::string_view secret) const;

  // Whether any webhooks may come.
  bool knows_webhooks() const;

  // Records of the licence's agents were written: their time zones are read again. Any thread.
  void forget_timezones(LicenseId license);

 private:
  Access(std::unique_ptr<store::Tokens> tokens, std::unique_ptr<store::Store> store,
         std::shared_ptr<const store::DataFiles> files);
  std::shared_ptr<const store::TokenSet> token_set() const;
  Result<std::optional<store::Token>> find_token(std::string_view text, Instant now) const;
  Result<std::optional<store::Token>> find_token(std::string_view text, const api::Asker& asker,
                                                 Instant now) const;
  Result<void> refresh() const;
  Result<void> read_tokens() const;
  void follow(const std::stop_token& stop);
  Result<std::optional<std::string>> timezone(LicenseId license, const std::string& agent_id) const;

  const std::shared_ptr<const store::DataFiles> files_;

  mutable std::mutex tokens_mutex_;  // guards what follows; held while SQLite works
  const std::unique_ptr<store::Tokens> tokens_;
  mutable std::shared_ptr<const store::TokenSet> read_tokens_;

  mutable std::mutex mutex_;  // guards what follows; never held for long
  std::condition_variable_any stopping_;
  mutable std::shared_ptr<const store::TokenSet> token_set_;  // null while they can't be told

  mutable std::mutex timezones_mutex_;  // guards what follows; held while SQLite works
  const std::unique_ptr<store::Store> store_;
  // Time zones of the agents that own a token in use.
  mutable std::map<std::pair<LicenseId, std::string>, std::optional<std::string>> timezones_;
  mutable std::string last_timezone_error_;

  std::jthread follower_;  // last: it uses all of the above
};

}  // namespace chatreports::app
