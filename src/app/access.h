#pragma once
// The tokens as they are on disk, followed while the server runs.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "api/access.h"
#include "base/error.h"
#include "store/data_files.h"
#include "store/tokens.h"

namespace chatreports::app {

class Access final : public api::Access {
 public:
  // Reads the tokens of the data folder, and again a few times a second if they have changed, on a
  // thread of its own. While they can't be read, or the file is not the one of `files` any more,
  // nobody is known.
  static Result<std::unique_ptr<Access>> open(const std::string& data_folder,
                                              std::shared_ptr<const store::DataFiles> files);
  ~Access() override;
  Access(const Access&) = delete;
  Access& operator=(const Access&) = delete;

  api::FoundToken find(std::string_view token, Instant now) const override;
  Result<std::optional<api::Caller>> caller(std::string_view token, const api::FoundToken& found,
                                            Instant now) const override;
  // The first unknown secret is logged.
  Result<std::optional<LicenseId>> license_of_webhook(std::string_view secret,
                                                      Instant now) const override;

  // Reads the tokens again if they have changed. Any thread; waits for the disk.
  Result<void> refresh() const;
  // Returns whether tokens can be read. Any thread.
  bool is_usable() const { return token_set() != nullptr; }
  // Returns whether any webhook secrets exist. Any thread.
  bool knows_webhooks() const;

 private:
  using TokenSet = std::shared_ptr<const store::TokenSet>;

  Access(std::unique_ptr<store::Tokens> tokens, std::shared_ptr<const store::DataFiles> files);
  TokenSet token_set() const;
  // Returns the token if it is valid now. `found` is what a search in `tokens` has found; if it is
  // null, the tokens are read again, and searched if they have changed.
  Result<std::optional<access::Token>> judge(std::string_view text, TokenSet tokens,
                                             const access::Token* found, Instant now) const;
  Result<void> read_tokens() const;
  void save_uses() const;
  void follow(const std::stop_token& stop);

  const std::shared_ptr<const store::DataFiles> files_;

  mutable std::mutex tokens_mutex_;  // guards what follows; held while SQLite works
  const std::unique_ptr<store::Tokens> tokens_;
  mutable TokenSet read_tokens_;

  mutable std::mutex mutex_;  // guards what follows; never held for long
  std::condition_variable_any stopping_;
  mutable TokenSet token_set_;  // null while tokens can't be read

  mutable std::once_flag unknown_secret_;

  std::jthread follower_;  // last: it uses all of the above
};

}  // namespace chatreports::app
