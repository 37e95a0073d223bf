#pragma once
// The tables of agents and of groups. Every function belongs into the caller's
// transaction; each write answers whether anything has changed.

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "store/change_counter.h"
#include "store/sqlite.h"
#include "store/totals.h"

namespace chatreports::store {

class AgentTables {
 public:
  AgentTables(Database& database, Totals& totals, StatementPreparer& prepare);

  // What a later record of the same agent or group carries replaces what is known; the rest stays.
  // What a webhook tells replaces what was told before it. A deleted agent keeps its groups, so
  // that the past stays as it was. The members that a group's webhook tells replace those that
  // its earlier webhooks told; the groups of agents' own records stand beside them.
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

  Table agents() { return {"agents", CheckedTable::agents, 10, find_agent_, seal_agent_}; }
  Table groups() { return {"groups", CheckedTable::groups, 6, find_group_, seal_group_}; }
  Result<bool> write_members(LicenseId license, const chat::GroupRecord& record,
                             ChangeCounter& counter);
  // Adds the group to those that webhooks told of the agent, or takes it away.
  Result<bool> tell_group(LicenseId license, const std::string& agent_id, std::int64_t group,
                          bool is_member, ChangeCounter& counter);

  Database& database_;
  Totals& totals_;
  Statement upsert_agent_;
  Statement create_agent_;
  Statement name_agent_;
  Statement set_told_groups_;
  Statement upsert_group_;
  Statement set_members_;
  Statement find_agent_;
  Statement find_group_;
  Statement seal_agent_;
  Statement seal_group_;
};

// All groups that a row of agents tells: those of its record and those of webhooks, ascending, each
// once.
Result<std::vector<std::int64_t>> groups_of_agent(const Statement& row, int groups_column,
                                                  int told_groups_column);

}  // namespace chatreports::store
