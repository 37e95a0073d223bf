#pragma once
// Access tokens and the secrets of webhooks: of each only the SHA-256 is kept.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "time/instant.h"

namespace chatreports::store {

struct Token {
  std::int64_t id = 0;  // what list shows and revoke takes
  LicenseId license;
  std::vector<std::string> scopes;  // "reports_read", "reports_write"; or "webhooks" alone
  std::optional<std::string> agent_id;
  Instant created_at;
  std::optional<Instant> expires_at;

  bool is_expired(Instant now) const { return expires_at && *expires_at <= now; }
  // It is no token then, but the secret that webhooks carry.
  bool is_webhook_secret() const { return scopes == std::vector<std::string>{"webhooks"}; }
  bool operator==(const Token&) const = default;
};

// The tokens as they were when they were read. Immutable; any thread may ask.
class TokenSet {
 public:
  // The token whose text this is, in time that does not depend on how much of it is right; expired
  // ones are not found. `now` decides what is expired.
  const Token* find(std::string_view text, Instant now) const;
  bool has_webhook_secrets() const;

 private:
  friend class Tokens;
  std::vector<std::pair<std::string, Token>> by_hash_;  // ascending; the hash is 32 bytes
};

// The table of tokens, in the data folder's access.sqlite. It may be changed while a server or an
// import has the folder locked: it waits for neither. One thread at a time.
class Tokens {
 public:
  // As Store::open.
  static Result<std::unique_ptr<Tokens>> open(const std::string& data_folder);
  ~Tokens();
  Tokens(const Tokens&) = delete;
  Tokens& operator=(const Tokens&) = delete;

  // The text of the new token: 64 hexadecimal digits, never to be seen again.
  Result<std::string> create(LicenseId license, std::vector<std::string> scopes,
                             std::optional<std::string> agent_id, Instant now,
                             std::optional<Instant> expires_at);
  // Keeps a secret that webhooks of the licence carry; makes one, as a token is made, where none is
  // given. The secret. One that is known already is refused: it must name one licence.
  Result<std::string> create_webhook_secret(LicenseId license, std::optional<std::string> secret,
                                            Instant now);
  Result<std::vector<Token>> list();     // by id, expired ones too, webhooks' secrets too
  Result<void> revoke(std::int64_t id);  // not_found where there is none
  // Undoes what has just created the token or secret of this text.
  Result<void> forget(std::string_view text);

  // All of them, or nothing where they have not changed since the last call. An error where an
  // older copy of the file has taken its place. Cheap: made to be called a few times a second.
  Result<std::shared_ptr<const TokenSet>> read_if_changed();

 private:
  class Implementation;
  explicit Tokens(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports::store
