#pragma once
// The table of greeting events. Every function belongs into the caller's transaction.

#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "store/change_counter.h"
#include "store/sqlite.h"

namespace chatreports::store {

class GreetingTable {
 public:
  GreetingTable(Database& database, Preparation& prepare);

  // Whether anything has changed. An event with the same unique id and kind is replaced.
  Result<bool> write(LicenseId license, const chat::GreetingRecord& record, ChangeCounter& counter);

  // When the greeting was displayed; nothing where nobody has said.
  Result<std::optional<Instant>> displayed_at(LicenseId license, std::string_view unique_id);

 private:
  // Runs one of the statements that write, which number their parameters alike; whether it has
  // touched a row.
  Result<bool> run(Statement& statement, LicenseId license, const chat::GreetingRecord& record,
                   const ChangeCounter& counter);

  Database& database_;
  Statement insert_;
  Statement remember_;
  Statement replace_;
  Statement find_displayed_;
};

}  // namespace chatreports::store
