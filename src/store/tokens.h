#pragma once
// Access tokens and the secrets of webhooks. Only the SHA-256 of each is stored.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/token.h"
#include "base/error.h"
#include "base/numbers.h"
#include "time/instant.h"

namespace chatreports::store {

// The tokens at one moment. Immutable; any thread may use it.
class TokenSet {
 public:
  // Returns the token of that text, or null. Does not find tokens that have expired at `now`. The
  // time it takes does not depend on how much of the text is right.
  const access::Token* find(std::string_view text, Instant now) const;
  bool has_webhook_secrets() const;

 private:
  friend class Tokens;
  std::vector<std::pair<std::string, access::Token>> by_hash_;  // ascending; the hash is 32 bytes
};

struct CreatedToken {
  std::int64_t id;
  std::string text;  // 64 hexadecimal digits, which cannot be read again
};

// Of a licence: with expired ones, and with the secrets of webhooks.
constexpr std::int64_t max_tokens_of_license = 1'000;

// The table of tokens in access.sqlite. It may be changed while a server or an import has locked
// the folder, and waits for neither. One thread at a time.
class Tokens {
 public:
  // As Store::open.
  static Result<std::unique_ptr<Tokens>> open(const std::string& data_folder);
  ~Tokens();
  Tokens(const Tokens&) = delete;
  Tokens& operator=(const Tokens&) = delete;

  // The file chooses the number of the token. Fails with invalid if the token breaks a rule of
  // access/token_rules.h, or if the licence has max_tokens_of_license.
  Result<CreatedToken> create(const access::Token& token);
  // Creates a token, and sets the end of another one as expire() does: both or neither.
  Result<CreatedToken> replace(std::int64_t id, const access::Token& token, Instant end);
  // Stores the secret that webhooks of the licence carry, and returns it. Makes one if none is
  // given. Fails if the secret is known already: it must identify one licence. The limit is that of
  // create().
  Result<std::string> create_webhook_secret(LicenseId license, std::optional<std::string> secret,
                                            Instant now);
  Result<std::vector<access::Token>> list();  // by id, with expired ones and webhooks' secrets
  Result<void> revoke(std::int64_t id);       // fails with not_found
  // Sets the end of the token, unless it ends before. Fails with not_found.
  Result<void> expire(std::int64_t id, Instant at);
  // Removes the token or secret of this text, which was just created.
  Result<void> forget(std::string_view text);

  // Returns all tokens, or null if they have not changed since the last call. Fails if an older
  // copy of the file has replaced it. Cheap enough to be called a few times a second.
  Result<std::shared_ptr<const TokenSet>> read_if_changed();
  // Stores the marks of the tokens that read_if_changed has returned and that were used in a later
  // minute than the file says.
  Result<void> save_uses();

 private:
  class Implementation;
  explicit Tokens(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports::store
