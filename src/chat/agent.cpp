#include "chat/agent.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chatreports::chat {
namespace {

template <class T>
const std::optional<T>& first_known(const std::optional<T>& one, const std::optional<T>& other) {
  return one ? one : other;
}

Agent new_agent(const AgentRecord& record) {
  Agent agent;
  agent.is_bot = record.is_bot;
  return agent;
}

// A record or the webhook of an update or a deletion.
Agent replace(const Agent& known, const AgentRecord& record) {
  const bool is_webhook = record.update != AgentUpdate::record;
  if (is_webhook && known.updated_at && record.time.at < *known.updated_at) return known;
  Agent now = known;
  now.name = first_known(record.name, known.name);
  now.timezone = first_known(record.timezone, known.timezone);
  now.groups = first_known(record.groups, known.groups);
  now.is_deleted = record.update == AgentUpdate::deleted;
  now.is_bot = known.is_bot || record.is_bot;
  // A webhook that changes nothing does not count as the last one.
  if (is_webhook && now != known) now.updated_at = record.time.at;
  return now;
}

Agent create(const Agent& known, const AgentRecord& record) {
  if (known.is_deleted && record.time.at <= known.updated_at) return known;
  Agent now = known;
  now.name = first_known(known.name, record.name);
  now.timezone = first_known(known.timezone, record.timezone);
  now.groups = known.is_deleted ? first_known(record.groups, known.groups)
                                : first_known(known.groups, record.groups);
  now.is_bot = known.is_bot || record.is_bot;
  if (known.is_deleted) now.updated_at = record.time.at;
  now.is_deleted = false;
  return now;
}

}  // namespace

Agent merge(const std::optional<Agent>& known, const AgentRecord& record) {
  Agent before = known.value_or(new_agent(record));
  switch (record.update) {
    case AgentUpdate::record:
    case AgentUpdate::updated:
    case AgentUpdate::deleted: {
      Agent now = replace(before, record);
      if (!known && record.update != AgentUpdate::record) now.updated_at = record.time.at;
      return now;
    }
    case AgentUpdate::created: {
      Agent now = create(before, record);
      if (!known) now.updated_at = record.time.at;
      return now;
    }
    case AgentUpdate::suspended:
    case AgentUpdate::named:
      break;
  }
  before.is_bot = before.is_bot || record.is_bot;
  return before;
}

Agent set_member(const std::optional<Agent>& known, const std::string& agent_id, std::int64_t group,
                 bool is_member) {
  Agent agent = known.value_or(Agent{});
  if (!known) agent.is_bot = is_bot_id(agent_id);
  std::erase(agent.webhook_groups, group);
  if (is_member) {
    const auto at = std::ranges::lower_bound(agent.webhook_groups, group);
    agent.webhook_groups.insert(at, group);
  }
  return agent;
}

std::vector<std::int64_t> groups_of(const Agent& agent) {
  std::vector<std::int64_t> groups = agent.groups.value_or(std::vector<std::int64_t>());
  groups.insert(groups.end(), agent.webhook_groups.begin(), agent.webhook_groups.end());
  std::ranges::sort(groups);
  const auto twice = std::ranges::unique(groups);
  groups.erase(twice.begin(), twice.end());
  return groups;
}

Group merge(const std::optional<Group>& known, const GroupRecord& record) {
  Group now = known.value_or(Group{});
  now.name = first_known(record.name, now.name);
  if (!record.members) return now;
  if (now.members && now.members_updated_at > record.time.at) return now;
  now.members = record.members;
  now.members_updated_at = record.time.at;
  return now;
}

std::vector<MemberChange> member_changes(const std::optional<Group>& before, const Group& now) {
  const std::vector<std::string> none;
  const auto& old_members = before && before->members ? *before->members : none;
  const auto& members = now.members ? *now.members : none;
  std::vector<std::string> changed;
  std::ranges::set_symmetric_difference(old_members, members, std::back_inserter(changed));
  std::vector<MemberChange> changes;
  for (std::string& agent_id : changed) {
    const bool is_member = std::ranges::binary_search(members, agent_id);
    changes.push_back({std::move(agent_id), is_member});
  }
  return changes;
}

std::optional<AgentStatusRecord> status_after(const AgentRecord& record) {
  if (record.update != AgentUpdate::deleted && record.update != AgentUpdate::suspended) return {};
  return AgentStatusRecord{record.id, AgentStatus::offline, record.time.at};
}

}  // namespace chatreports::chat
