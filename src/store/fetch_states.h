#pragma once
// The table of how far the chats of licences were fetched from other systems.

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "store/sqlite.h"

namespace chatreports::store {

class FetchStates {
 public:
  explicit FetchStates(StatementPreparer& prepare);

  // Both within a transaction that writes. `write` replaces that of any other source, and returns
  // whether it has changed.
  Result<bool> write(LicenseId license, const chat::FetchState& state);
  Result<void> erase(LicenseId license);

  // Returns nothing if there is none, if it is of another source, or if its row is damaged.
  Result<std::optional<std::string>> read(LicenseId license, std::string_view source);

 private:
  Statement write_;
  Statement erase_;
  Statement read_;
};

}  // namespace chatreports::store
