#include "chat/hidden_agents.h"

#include <algorithm>

#include "base/one_of.h"
#include "base/overloaded.h"
#include "chat/ids.h"

namespace chatreports::chat {

bool is_replaced_by(std::string_view agent_id, std::string_view replaced_by) {
  return agent_id != replaced_by && author_digest(agent_id) == author_digest(replaced_by);
}

bool is_digest(std::string_view agent_id) {
  return agent_id == author_id_of(author_digest(agent_id));
}

void HiddenAgents::add(std::string_view agent_id) {
  add(author_digest(agent_id));
}

bool HiddenAgents::has(std::string_view agent_id) const {
  return digests_.contains(author_digest(agent_id));
}

void HiddenAgents::hide_in(std::string& agent_id) const {
  if (!agent_id.empty() && has(agent_id)) agent_id = author_id_of(author_digest(agent_id));
}

void HiddenAgents::hide_in(std::vector<std::string>& agent_ids) const {
  for (std::string& agent_id : agent_ids) hide_in(agent_id);
  std::ranges::sort(agent_ids);
  const auto [again, end] = std::ranges::unique(agent_ids);
  agent_ids.erase(again, end);
}

void HiddenAgents::hide_in(Update& update) const {
  if (auto* presence = std::get_if<PresenceUpdate>(&update)) hide_in(presence->agent_id);
}

void HiddenAgents::hide_in(ThreadRecord& record) const {
  hide_in(record.agents);
  hide_in(record.supervisors);
  hide_in(record.other_agents);
  hide_in(record.known_agents);
  for (Event& event : record.events) hide_in(event.agent_id);
  for (TimedUpdate& update : record.updates) hide_in(update.what);
}

void HiddenAgents::hide_in(ChatUpdates& updates) const {
  for (TimedUpdate& update : updates.of_all_threads) hide_in(update.what);
  for (RunningThreadUpdate& update : updates.of_running_threads) hide_in(update.update.what);
}

void HiddenAgents::hide_in(Record& record) const {
  std::visit(Overloaded{
                 [this](ChatRecord& chat) { hide_in(chat.thread); },
                 [this](WebhookRecord& webhook) {
                   if (webhook.beginning) hide_in(*webhook.beginning);
                   for (Update& update : webhook.updates) hide_in(update);
                 },
                 [this](AgentRecord& agent) {
                   if (!has(agent.id)) return;
                   hide_in(agent.id);
                   agent.name.reset();
                   agent.timezone.reset();
                 },
                 [this](GroupRecord& group) {
                   if (group.members) hide_in(*group.members);
                 },
                 [this](AgentStatusRecord& status) { hide_in(status.agent_id); },
                 [](const OneOf<GreetingRecord, AchievementRecord, IgnoredWebhook, DigestKeyRecord,
                                QueueRecord, FormLabel, FetchState> auto&) {},
             },
             record);
}

}  // namespace chatreports::chat
