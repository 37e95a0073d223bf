#pragma once
// Tokens that are managed while a server runs.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/token_desk.h"
#include "app/access.h"
#include "base/error.h"
#include "store/data_files.h"
#include "store/tokens.h"

namespace chatreports::app {

// It has a connection of its own: a write that waits for the disk delays no request whose token
// Access knows. Errors of the file are logged.
class TokenDesk final : public api::TokenDesk {
 public:
  // Borrows `access`, which knows of each change before the function returns.
  static Result<std::unique_ptr<TokenDesk>> open(const std::string& data_folder,
                                                 std::shared_ptr<const store::DataFiles> files,
                                                 const Access& access);

  Result<std::vector<access::Token>> list(LicenseId license) override;
  Result<api::NewToken> create(const access::Token& token) override;
  Result<api::NewToken> replace(std::int64_t id, const access::Token& token, Instant end) override;
  Result<void> revoke(std::int64_t id) override;

 private:
  TokenDesk(std::unique_ptr<store::Tokens> tokens, std::shared_ptr<const store::DataFiles> files,
            const Access& access);
  // Calls `use`. What is written to a removed or replaced file is lost, and is an error.
  template <class Use>
  auto with_file(const Use& use) -> decltype(use());
  template <class Change>
  auto change(const Change& change) -> decltype(change());

  const std::shared_ptr<const store::DataFiles> files_;
  const Access& access_;

  std::mutex mutex_;  // guards what follows; held while SQLite works
  const std::unique_ptr<store::Tokens> tokens_;
};

}  // namespace chatreports::app
