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

namespace chatreports::store {

class AgentTables {
 public:
  AgentTables(Database& database, Preparation& prepare);

  // What a later record of the same agent or group carries replaces what is known; the rest stays.
  // What a webhook tells replaces what was told before it; its groups are gone with a deleted one.
  Result<bool> write(LicenseId license, const chat::AgentRecord& record, ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::GroupRecord& record, ChangeCounter& counter);

  Result<std::optional<std::string>> timezone(LicenseId license, const std::string& agent_id);

 private:
  Result<bool> run(Statement& upsert, ChangeCounter& counter);

  Database& database_;
  Statement upsert_agent_;
  Statement create_agent_;
  Statement upsert_group_;
  Statement find_timezone_;
};

}  // namespace chatreports::store
