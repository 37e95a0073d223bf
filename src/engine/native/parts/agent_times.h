#pragma once
// The agents of a licence: their groups, the statuses that they have set, and the time during which
// at least one of them was accepting chats.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat/thread.h"
#include "engine/native/columns/interval_set.h"
#include "engine/native/files/image.h"
#include "engine/native/parts/agent_history.h"
#include "engine/native/parts/part.h"

namespace chatreports::engine::native {

// All agents of a licence: a part of at most one chunk. Immutable; any thread may read it.
class AgentTimes {
 public:
  static constexpr std::string_view part_name = "agent_times";
  static constexpr ImageKind image_kind = image_kind_of("agen");
  // Cost: the length of the histories that change, and of what all agents did between the
  // neighbours of the new statuses. A status set now touches the end of each history only.
  static Chunks<AgentTimes> apply(const Chunks<AgentTimes>& chunks, LicenseChanges changes,
                                  const ChunkSizes& sizes);
  // Cost: the length of all histories.
  static Chunks<AgentTimes> remove(const Chunks<AgentTimes>& chunks, const chat::Removal& removal,
                                   const ChunkSizes& sizes);

  explicit AgentTimes(const std::shared_ptr<const Image>& image);
  // Leaves sums out: the constructor computes them again.
  std::shared_ptr<const Image> pack() const;
  std::uint64_t file() const { return file_; }
  std::size_t bytes() const;

  struct Agent {
    std::vector<std::int64_t> groups;
    std::shared_ptr<const AgentHistory> history = std::make_shared<const AgentHistory>();
  };
  const std::map<std::string, Agent>& agents() const { return agents_; }  // by id
  // When at least one agent was accepting chats, without the statuses that still hold.
  const IntervalSet& accepting() const { return accepting_; }

 private:
  AgentTimes() = default;

  // Computes accepting_ anew within the span.
  void follow(Span hull);

  std::uint64_t file_ = 0;
  std::map<std::string, Agent> agents_;
  IntervalSet accepting_;
};

}  // namespace chatreports::engine::native
