#pragma once
// The table of agents' statuses. Call every function within a transaction.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/hidden_agents.h"
#include "chat/record.h"
#include "store/change_counter.h"
#include "store/row_index.h"
#include "store/row_numbers.h"
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

  // Returns, for each agent with a status before that time, the time of the last one. Reads the
  // whole table.
  Result<std::map<std::string, std::int64_t>> last_before(LicenseId license, Instant time);
  // Removes the licence's statuses of these rows for which `is_erased(agent_id, at)` holds. Returns
  // whether it has removed any.
  using IsErased = std::function<bool(const std::string& agent_id, std::int64_t at)>;
  Result<bool> erase(LicenseId license, RowNumbers numbers, const IsErased& is_erased);
  // Replaces the ids of these agents in those rows.
  Result<void> hide(LicenseId license, RowNumbers numbers, const chat::HiddenAgents& agents,
                    ChangeCounter& counter);

  // Adds the rows after that number to the index.
  Result<void> index_after(std::int64_t status_number);

 private:
  struct Row {
    std::int64_t status_number = 0;
    std::int64_t status = 0;
    std::int64_t checksum = 0;
  };
  Result<std::optional<Row>> find(LicenseId license, std::string_view agent_id, std::int64_t at);
  // A row as a record.
  struct Status {
    std::int64_t number = 0;
    chat::AgentStatusRecord record;
    std::int64_t checksum = 0;
    bool is_intact = false;
  };
  Result<std::vector<Status>> within(LicenseId license, RowNumbers numbers);
  Result<void> erase(LicenseId license, const Status& status);
  // The id of a status in the row index.
  std::string_view id_of(std::string_view agent_id, std::int64_t at);

  Database& database_;
  RowIndex& index_;
  Totals& totals_;
  Statement find_;
  Statement insert_;
  Statement replace_;
  Statement rows_after_;
  Statement rows_within_;
  Statement last_before_;
  Statement erase_;
  std::string id_;
};

}  // namespace chatreports::store
