#pragma once
// The table of agents' statuses. Call every function within a transaction.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "store/change_counter.h"
#include "store/row_index.h"
#include "store/sqlite.h"

namespace chatreports::store {

class StatusTable {
 public:
  StatusTable(Database& database, RowIndex& index, Totals& totals, StatementPreparer& prepare);

  // Returns whether anything has changed. Replaces a status of the same time.
  Result<bool> write(LicenseId license, const chat::AgentStatusRecord& record,
                     ChangeCounter& counter);

  // Call if the record will be written soon, see RowIndex.
  void prefetch(LicenseId license, const chat::AgentStatusRecord& record);

  // Adds the rows after that number to the index.
  Result<void> index_after(std::int64_t status_number);

 private:
  struct Row {
    std::int64_t status_number = 0;
    std::int64_t status = 0;
    std::int64_t checksum = 0;
  };
  Result<std::optional<Row>> find(LicenseId license, std::string_view agent_id, std::int64_t at);
  // The id of a status in the row index.
  std::string_view id_of(std::string_view agent_id, std::int64_t at);

  Database& database_;
  RowIndex& index_;
  Totals& totals_;
  Statement find_;
  Statement insert_;
  Statement replace_;
  Statement rows_after_;
  std::string id_;
};

}  // namespace chatreports::store
