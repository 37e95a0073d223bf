#pragma once
// The table of greeting events. Call every function within a transaction.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "store/change_counter.h"
#include "store/row_index.h"
#include "store/row_numbers.h"
#include "store/sqlite.h"

namespace chatreports::store {

class GreetingTable {
 public:
  GreetingTable(Database& database, RowIndex& index, Totals& totals, StatementPreparer& prepare);

  // Returns whether anything has changed. Replaces an event of the same unique id and kind.
  Result<bool> write(LicenseId license, const chat::GreetingRecord& record, ChangeCounter& counter);

  // Returns when the greeting was displayed, if that is known.
  Result<std::optional<Instant>> displayed_at(LicenseId license, std::string_view unique_id);

  // Removes the licence's events of these rows that were before that time; all if there is none.
  // Returns whether it has removed any.
  Result<bool> erase(LicenseId license, RowNumbers numbers, std::optional<Instant> before);

  // Adds the rows after that number to the index.
  Result<void> index_after(std::int64_t event_number);

 private:
  struct Row {
    std::int64_t event_number = 0;
    std::int64_t greeting_id = 0;
    std::optional<std::int64_t> group_id;
    std::int64_t at = 0;
    std::int64_t checksum = 0;
  };
  Result<std::optional<Row>> find(LicenseId license, std::string_view unique_id,
                                  chat::GreetingEvent event);
  Result<void> insert(LicenseId license, const chat::GreetingRecord& record,
                      std::int64_t event_number);
  Result<void> replace(LicenseId license, const Row& row, const chat::GreetingRecord& record,
                       std::int64_t change);

  Database& database_;
  RowIndex& index_;
  Totals& totals_;
  Statement find_;
  Statement insert_;
  Statement remember_;
  Statement replace_;
  Statement rows_after_;
  Statement rows_within_;
  Statement replacements_;
  Statement erase_replacements_;
  Statement erase_;
};

}  // namespace chatreports::store
