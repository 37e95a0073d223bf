#include "store/known_agent_rows.h"

#include <string>
#include <utility>

namespace chatreports::store {

KnownAgentRows::KnownAgentRows(StatementPreparer& prepare)
    : find_(prepare("SELECT 1 FROM agents WHERE license = ?1 AND agent_id = ?2")),
      all_(prepare("SELECT agent_id FROM agents WHERE license = ?1")) {}

Result<bool> KnownAgentRows::has(LicenseId license, std::string_view agent_id) {
  const ResetAtEnd reset(find_);
  return find_.bind(1, license.value).bind_text(2, agent_id).step();
}

void KnownAgentRows::add(LicenseId license, const std::string& agent_id) {
  const auto known = agents_.find(license);
  if (known != agents_.end()) known->second.add(agent_id);
}

Result<const chat::KnownAgents*> KnownAgentRows::of(LicenseId license) {
  const auto [known, is_new] = agents_.try_emplace(license);
  if (!is_new) return &known->second;
  chat::KnownAgents& agents = known->second;
  auto done = for_each_row(all_.bind(1, license.value), [&]() -> Result<void> {
    agents.add(std::string(all_.bytes(0)));
    return {};
  });
  if (done) return &agents;
  agents_.erase(known);
  return std::unexpected(std::move(done.error()));
}

}  // namespace chatreports::store
