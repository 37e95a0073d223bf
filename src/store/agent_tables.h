#pragma once
// The tables of agents and of groups. Call every function within a transaction. chat/agent.h says
// how records change what is known.

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/agent.h"
#include "chat/hidden_agents.h"
#include "chat/record.h"
#include "chat/team.h"
#include "store/change_counter.h"
#include "store/sqlite.h"
#include "store/totals.h"

namespace chatreports::store {

class AgentTables {
 public:
  AgentTables(Database& database, Totals& totals, StatementPreparer& prepare);

  // Each returns whether anything has changed.
  Result<bool> write(LicenseId license, const chat::AgentRecord& record, ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::GroupRecord& record, ChangeCounter& counter);

  // Removes the agents and groups of the licence.
  Result<void> erase(LicenseId license);
  // Replaces the ids of these agents, and removes their names and time zones.
  Result<void> hide(LicenseId license, const chat::HiddenAgents& agents, ChangeCounter& counter);

  Result<std::optional<std::string>> timezone(LicenseId license, const std::string& agent_id);

  // Fails if a row of the licence is damaged.
  Result<chat::Team> team(LicenseId license);

 private:
  template <class Known>
  struct Row {
    Known known;
    std::int64_t checksum = 0;
  };
  // Reads the row that the bound statement selects.
  template <class Known>
  Result<std::optional<Row<Known>>> find(Statement& statement, CheckedTable table,
                                         Result<Known> (*read)(const Statement&,
                                                               const std::string& path));
  Result<std::optional<Row<chat::Agent>>> find_agent(LicenseId license,
                                                     const std::string& agent_id);
  Result<std::optional<Row<chat::Group>>> find_group(LicenseId license, std::int64_t group_id);
  Result<bool> write_agent(LicenseId license, const std::string& agent_id,
                           const std::optional<Row<chat::Agent>>& before, const chat::Agent& now,
                           ChangeCounter& counter);
  Result<void> write_group(LicenseId license, std::int64_t group_id,
                           const std::optional<Row<chat::Group>>& before, const chat::Group& now,
                           ChangeCounter& counter);
  void count(CheckedTable table, LicenseId license, std::optional<std::int64_t> before,
             std::int64_t now, ChangeCounter& counter);

  Database& database_;
  Totals& totals_;
  Statement find_agent_;
  Statement find_group_;
  Statement agents_;
  Statement groups_;
  Statement write_agent_;
  Statement write_group_;
  Statement erase_agent_;
  Statement erase_agents_;
  Statement erase_groups_;
};

// Read the columns of a row, which is intact. Fails with row_is_damaged. `path` is that of the
// database.
Result<chat::Agent> read_agent(const Statement& row, const std::string& path);
Result<chat::Group> read_group(const Statement& row, const std::string& path);

}  // namespace chatreports::store
