#pragma once
// The agents of a licence: their groups, the statuses that they have set, and the time in which at
// least one of them was accepting chats.

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/allowance.h"
#include "chat/thread.h"
#include "engine/native/columns/interval_set.h"
#include "engine/native/files/image.h"
#include "engine/native/parts/agent_history.h"
#include "report/plan.h"
#include "report/table.h"

namespace chatreports::engine::native {

// Immutable; any thread may read it.
class AgentTimes {
 public:
  // The same with the changes, of which those of agents and statuses count here, in their order.
  // Cost: by the length of the histories that change, and by what all agents did between the
  // neighbours of the statuses that are new; one status now touches the last of each agent's only.
  AgentTimes with(std::span<const chat::Change* const> changes) const;

  // Cost: two searches an agent and bucket where the plan is by agent or for all agents; else what
  // the chosen agents did in the range is merged.
  // Breaks off where the allowance is used up.
  report::Table run(const report::Plan& plan, const report::StatusTimesSource& source,
                    Allowance& allowance) const;
  std::size_t bytes() const;

  // As an image, and back from one. What is counted up is not in it.
  std::vector<std::byte> pack() const;
  static AgentTimes unpacked(const Image& image);

 private:
  struct Agent {
    std::vector<std::int64_t> groups;
    std::shared_ptr<const AgentHistory> history = std::make_shared<const AgentHistory>();
  };
  using Chosen = std::vector<std::pair<std::string_view, const AgentHistory*>>;

  Chosen chosen_by(const report::Predicate& predicate, Allowance& allowance) const;
  void follow(Span hull);

  std::map<std::string, Agent> agents_;
  Coverage accepting_;  // at least one of all agents; without the statuses that still hold
};

}  // namespace chatreports::engine::native
