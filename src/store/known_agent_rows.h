#pragma once
// Reads which agents a licence knows from the table of agents. Call every function within a
// transaction.

#include <map>
#include <string_view>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/known_agents.h"
#include "store/sqlite.h"

namespace chatreports::store {

class KnownAgentRows {
 public:
  explicit KnownAgentRows(StatementPreparer& prepare);

  // Call if another connection may have written, and after a rollback.
  void forget() { agents_.clear(); }

  Result<bool> has(LicenseId license, std::string_view agent_id);
  // Call when the agent has been added to the table.
  void add(LicenseId license, const std::string& agent_id);
  // Returns the agents of the licence; valid until `forget`.
  Result<const chat::KnownAgents*> of(LicenseId license);

 private:
  Statement find_;
  Statement all_;
  std::map<LicenseId, chat::KnownAgents> agents_;  // of licences that were asked for
};

}  // namespace chatreports::store
