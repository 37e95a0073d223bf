#include "engine/native/parts/agent_times.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "chat/hidden_agents.h"

namespace chatreports::engine::native {
namespace {

struct PlainStatus {
  Instant at;
  std::int64_t status;
};

struct PlainAgents {
  Lists<char> ids;
  Lists<std::int64_t> groups;   // of each
  Lists<PlainStatus> statuses;  // likewise

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    layout(self.ids, self.groups, self.statuses);
  }
};

}  // namespace

Chunks<AgentTimes> AgentTimes::apply(const Chunks<AgentTimes>& chunks, LicenseChanges changes,
                                     const ChunkSizes&) {
  std::map<std::string, std::vector<StatusSet>> statuses;
  for_each_change<chat::StatusChange>(changes, [&statuses](const chat::StatusChange& change) {
    const chat::AgentStatusRecord& set = change.status;
    statuses[set.agent_id].push_back({set.at, set.status});
  });
  std::vector<const chat::AgentChange*> agents;
  for_each_change<chat::AgentChange>(
      changes, [&agents](const chat::AgentChange& change) { agents.push_back(&change); });
  if (agents.empty() && statuses.empty()) return chunks;
  AgentTimes next = chunks.empty() ? AgentTimes() : *chunks.front();
  next.file_ = 0;
  for (const chat::AgentChange* change : agents) {
    next.agents_[change->agent_id].groups = change->groups;
  }
  std::optional<Span> hull;
  for (const auto& [agent_id, set] : statuses) {
    Agent& agent = next.agents_[agent_id];
    const auto [first, last] = std::ranges::minmax(set, {}, &StatusSet::at);
    const Span around = agent.history->around(first.at, last.at);
    hull = hull ? Span{std::min(hull->from, around.from), std::max(hull->to, around.to)} : around;
    agent.history = std::make_shared<const AgentHistory>(agent.history->with(set));
  }
  if (hull) next.follow(*hull);
  return {std::make_shared<const AgentTimes>(std::move(next))};
}

Chunks<AgentTimes> AgentTimes::remove(const Chunks<AgentTimes>& chunks,
                                      const chat::Removal& removal, const ChunkSizes&) {
  if (chunks.empty() || std::holds_alternative<chat::ThreadRemoval>(removal)) return chunks;
  if (std::holds_alternative<chat::LicenseRemoval>(removal)) return {};
  AgentTimes next = *chunks.front();
  next.file_ = 0;
  if (const auto* of_agent = std::get_if<chat::AgentRemoval>(&removal)) {
    const auto erased = std::erase_if(next.agents_, [of_agent](const auto& agent) {
      return chat::is_replaced_by(agent.first, of_agent->replaced_by);
    });
    if (erased == 0) return chunks;
  } else {
    const Instant before = std::get<chat::TimeRemoval>(removal).before;
    for (auto& [agent_id, agent] : next.agents_) {
      agent.history = std::make_shared<const AgentHistory>(agent.history->from(before));
    }
  }
  next.accepting_ = {};
  next.follow({earliest_instant, latest_instant});
  return {std::make_shared<const AgentTimes>(std::move(next))};
}

void AgentTimes::follow(Span hull) {
  std::vector<Span> inside;
  for (const auto& [agent_id, agent] : agents_) {
    agent.history->add_spans(chat::AgentStatus::accepting_chats, hull, inside);
  }
  accepting_ = accepting_.with(hull, std::move(inside));
}

std::shared_ptr<const Image> AgentTimes::pack() const {
  Lists<char>::Builder ids;
  Lists<std::int64_t>::Builder groups;
  Lists<PlainStatus>::Builder statuses;
  for (const auto& [agent_id, agent] : agents_) {
    ids.push_back(agent_id);
    groups.push_back(agent.groups);
    std::vector<PlainStatus> plain;
    for (const StatusSet& set : agent.history->statuses()) {
      plain.push_back({set.at, static_cast<std::int64_t>(set.status)});
    }
    statuses.push_back(plain);
  }
  return Image::of(bytes_of(
      PlainAgents{std::move(ids).build(), std::move(groups).build(), std::move(statuses).build()}));
}

AgentTimes::AgentTimes(const std::shared_ptr<const Image>& image) : file_(image->number()) {
  PlainAgents agents;
  read(*image, agents);
  for (std::uint32_t number = 0; number < agents.ids.size(); ++number) {
    Agent& agent = agents_[std::string(text_of(agents.ids, number))];
    agent.groups.assign(agents.groups[number].begin(), agents.groups[number].end());
    std::vector<StatusSet> statuses;
    for (const PlainStatus& plain : agents.statuses[number]) {
      statuses.push_back({plain.at, static_cast<chat::AgentStatus>(plain.status)});
    }
    agent.history = std::make_shared<const AgentHistory>(AgentHistory().with(statuses));
  }
  follow({earliest_instant, latest_instant});
}

std::size_t AgentTimes::bytes() const {
  std::size_t bytes = sizeof(AgentTimes) + accepting_.bytes();
  for (const auto& [agent_id, agent] : agents_) {
    bytes += sizeof(Agent) + agent_id.size() + agent.groups.size() * sizeof(std::int64_t) +
             sizeof(AgentHistory) + agent.history->bytes();
  }
  return bytes;
}

}  // namespace chatreports::engine::native
