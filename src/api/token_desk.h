#pragma once
// The tokens of licences and the secrets of their webhooks, for callers who manage them.

#include <cstdint>
#include <string>
#include <vector>

#include "access/token.h"
#include "base/error.h"
#include "base/numbers.h"
#include "time/instant.h"

namespace chatreports::api {

struct NewToken {
  std::int64_t id;
  std::string text;
};

// Any thread may call any function. Each may wait for the disk. An error of the kind invalid or
// not_found is about the token, any other about the file. After an error nothing has changed.
class TokenDesk {
 public:
  virtual ~TokenDesk() = default;

  // Returns the tokens and secrets of the licence by id, with expired ones.
  virtual Result<std::vector<access::Token>> list(LicenseId license) = 0;

  // The next three are true of the next request on, also of one on the same connection.

  // Fails with invalid if the licence can't have more.
  virtual Result<NewToken> create(const access::Token& token) = 0;
  // Creates a token, and sets the end of another one unless it ends before. Fails as both others.
  virtual Result<NewToken> replace(std::int64_t id, const access::Token& token, Instant end) = 0;
  // Fails with not_found.
  virtual Result<void> revoke(std::int64_t id) = 0;
};

}  // namespace chatreports::api
