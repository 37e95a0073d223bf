#include "store/known_agents.h"

#include "chat/record.h"

namespace chatreports::store {

KnownAgents::KnownAgents(StatementPreparer& prepare)
    : find_(prepare("SELECT 1 FROM agents WHERE license = ?1 AND agent_id = ?2")),
      all_(prepare("SELECT agent_id FROM agents WHERE license = ?1")) {}

Result<bool> KnownAgents::has(LicenseId license, std::string_view agent_id) {
  const ResetAtEnd reset(find_);
  return find_.bind(1, license.value).bind_text(2, agent_id).step();
}

void KnownAgents::add(LicenseId license, const std::string& agent_id) {
  const auto known = agents_.find(license);
  if (known != agents_.end()) known->second.emplace(chat::author_digest(agent_id), agent_id);
}

Result<std::optional<std::string>> KnownAgents::find(LicenseId license, std::uint64_t digest) {
  const auto [known, is_new] = agents_.try_emplace(license);
  if (is_new) {
    auto& agents = known->second;
    auto done = for_each_row(all_.bind(1, license.value), [&]() -> Result<void> {
      const std::string id(all_.bytes(0));
      agents.emplace(chat::author_digest(id), id);
      return {};
    });
    if (!done) {
      agents_.erase(known);
      return std::unexpected(std::move(done.error()));
    }
  }
  const auto found = known->second.find(digest);
  if (found == known->second.end()) return std::nullopt;
  return found->second;
}

}  // namespace chatreports::store
