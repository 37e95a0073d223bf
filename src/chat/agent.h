#pragma once
// Agents and groups as they are known, and how records change that. Pure. Source:
// docs/definitions/records.md and webhooks.md.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chat/record.h"

namespace chatreports::chat {

struct Agent {
  std::optional<std::string> name;
  std::optional<std::string> timezone;              // IANA
  std::optional<std::vector<std::int64_t>> groups;  // from records and webhooks of the agent
  std::vector<std::int64_t> webhook_groups;  // groups whose webhooks list the agent; ascending
  std::optional<Instant> updated_at;         // of the last webhook of the agent
  bool is_deleted = false;                   // by a webhook
  bool is_bot = false;
  bool operator==(const Agent&) const = default;
};

// Returns what is known of the agent after the record. A record replaces the fields that it has. A
// webhook does so unless a later one came before, and the webhook of a creation only adds what is
// not known, unless the agent was deleted before. A deleted agent keeps its groups, so that reports
// of the past stay the same.
Agent merge(const std::optional<Agent>& known, const AgentRecord& record);

// Returns what is known of the agent after a webhook of that group lists the agent, or no longer
// does.
Agent set_member(const std::optional<Agent>& known, const std::string& agent_id, std::int64_t group,
                 bool is_member);

// The groups of the agent's own records and those whose webhooks list the agent; ascending, each
// once.
std::vector<std::int64_t> groups_of(const Agent& agent);

struct Group {
  std::optional<std::string> name;
  // The agents' ids from the last webhook that lists them, ascending, each once, and its time.
  std::optional<std::vector<std::string>> members;
  Instant members_updated_at;
  bool operator==(const Group&) const = default;
};

// Returns what is known of the group after the record. The members of a webhook replace those of
// earlier webhooks.
Group merge(const std::optional<Group>& known, const GroupRecord& record);

struct MemberChange {
  std::string agent_id;
  bool is_member = false;  // now; it was the opposite before
  bool operator==(const MemberChange&) const = default;
};
std::vector<MemberChange> member_changes(const std::optional<Group>& before, const Group& now);

// The status that an agent has because of the record: an agent who is deleted or suspended goes
// offline, and no other record says so.
std::optional<AgentStatusRecord> status_after(const AgentRecord& record);

}  // namespace chatreports::chat
