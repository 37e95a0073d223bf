#include "chat/known_agents.h"

#include <algorithm>

namespace chatreports::chat {

void KnownAgents::add(const std::string& agent_id) {
  ids_.emplace(author_digest(agent_id), agent_id);
}

std::vector<std::string> KnownAgents::among(std::span<const std::uint64_t> author_digests) const {
  std::vector<std::string> found;
  for (const std::uint64_t author : author_digests) {
    const auto agent = ids_.find(author);
    if (agent != ids_.end()) found.push_back(agent->second);
  }
  std::ranges::sort(found);
  return found;
}

std::vector<std::string> agents_named_in(const AgentRecord& record) {
  return {record.id};
}

std::vector<std::string> agents_named_in(const GroupRecord& record) {
  return record.members.value_or(std::vector<std::string>());
}

}  // namespace chatreports::chat
