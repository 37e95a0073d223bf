#pragma once
// The agents that a licence knows, and which authors of events they are. An author who is not among
// the users of a chat is known by a digest of the id alone (author_digest). Such an author is an
// agent if the licence knows an agent of that id, else a customer. Source:
// docs/definitions/facts.md.

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "chat/record.h"

namespace chatreports::chat {

class KnownAgents {
 public:
  void add(const std::string& agent_id);
  // Returns the ids of those authors who are agents, ascending.
  std::vector<std::string> among(std::span<const std::uint64_t> author_digests) const;

 private:
  std::unordered_map<std::uint64_t, std::string> ids_;  // by author_digest
};

// The ids that the licence knows as those of agents after the record: the agent's own, or those
// that a webhook of a group lists.
std::vector<std::string> agents_named_in(const AgentRecord& record);
std::vector<std::string> agents_named_in(const GroupRecord& record);

}  // namespace chatreports::chat
