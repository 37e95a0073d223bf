#pragma once
// The tables of agents and of groups. Every function belongs into the caller's
// transaction; each write answers whether anything has changed.

#include <optional>
#include <string>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "store/change_counter.h"
#include "store/sqlite.h"
#include "store/totals.h"

namespace chatreports::store {

class AgentTables {
 public:
  AgentTables(Database& database, Totals& totals, Preparation& prepare);

  // What a later record of the same agent or group carries replaces what is known; the rest stays.
  // What a webhook tells replaces what was told before it; its groups are gone with a deleted one.
  Result<bool> write(LicenseId license, const chat::AgentRecord& record, ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::GroupRecord& record, ChangeCounter& counter);

  Result<std::optional<std::string>> timezone(LicenseId license, const std::string& agent_id);

 private:
  // Of one of the two tables.
  struct Table {
    const char* name;
    CheckedTable number;
    int columns;
    Statement& find;  // with the checksum
    Statement& seal;
  };
  struct Row {
    std::int64_t change = 0;
    std::int64_t checksum = 0;
  };
  Result<std::optional<Row>> find(const Table& table);
  Result<bool> run(const Table& table, Statement& upsert, LicenseId license,
                   ChangeCounter& counter);

  Database& database_;
  Totals& totals_;
  Statement upsert_agent_;
  Statement create_agent_;
  Statement upsert_group_;
  Statement find_agent_;
  Statement find_group_;
  Statement seal_agent_;
  Statement seal_group_;
};

}  // namespace chatreports::store
