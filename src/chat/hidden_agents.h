#pragma once
// Agents who were deleted: wherever the id of one stands, a digest takes its place
// (author_id_of in chat/ids.h). Both have the same author_digest, so what depends on who an author
// is stays the same. Pure. Source: docs/deletion.md.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chat/chat_updates.h"
#include "chat/record.h"
#include "chat/thread_record.h"

namespace chatreports::chat {

// Returns whether the id is that of the agent for whom `replaced_by` stands now.
bool is_replaced_by(std::string_view agent_id, std::string_view replaced_by);

// Returns whether the id is such a digest.
bool is_digest(std::string_view agent_id);

class HiddenAgents {
 public:
  void add(std::string_view agent_id);
  void add(std::uint64_t author_digest) { digests_.insert(author_digest); }
  bool is_empty() const { return digests_.empty(); }
  bool has(std::string_view agent_id) const;

  // Each replaces the ids of these agents. Of an agent's own record, the name and the time zone go,
  // too.
  void hide_in(std::string& agent_id) const;
  // Ids that ascend. They ascend afterwards.
  void hide_in(std::vector<std::string>& agent_ids) const;
  void hide_in(ThreadRecord& record) const;
  void hide_in(ChatUpdates& updates) const;
  void hide_in(Record& record) const;

 private:
  void hide_in(Update& update) const;

  std::set<std::uint64_t> digests_;
};

}  // namespace chatreports::chat
