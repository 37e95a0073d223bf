#pragma once
// Which ids are those of agents that the licence has a record of: found by author_digest, for
// events whose authors are not among the users of their chat. Every function belongs into the
// caller's transaction.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/error.h"
#include "base/numbers.h"
#include "store/sqlite.h"

namespace chatreports::store {

class KnownAgents {
 public:
  explicit KnownAgents(StatementPreparer& prepare);

  // At the beginning of a transaction, and when one was taken back: what others have written since
  // is read again, once it is asked for.
  void forget() { agents_.clear(); }

  Result<bool> has(LicenseId license, std::string_view agent_id);
  // The agent is in the table from now on.
  void add(LicenseId license, const std::string& agent_id);
  // The id that has the digest, if it is that of an agent.
  Result<std::optional<std::string>> find(LicenseId license, std::uint64_t digest);

 private:
  Statement find_;
  Statement all_;
  // Of licences that were asked for.
  std::map<LicenseId, std::unordered_map<std::uint64_t, std::string>> agents_;
};

}  // namespace chatreports::store
