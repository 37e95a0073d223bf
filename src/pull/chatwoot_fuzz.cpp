// Any conversation, messages and changes become threads that keep the invariants of chat/. The
// input is a JSON array of these three.

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "chat/limits.h"
#include "pull/chatwoot_parse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace pull = chatreports::pull;
  simdjson::dom::parser parser;
  simdjson::dom::array parts;
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  if (parser.parse(json.data(), json.size()).get(parts) != simdjson::SUCCESS || parts.size() != 3) {
    return 0;
  }
  const auto conversation = pull::parse_chatwoot_conversation(parts.at(0).value_unsafe());
  if (!conversation) return 0;
  std::vector<pull::ChatwootMessage> messages;
  std::vector<pull::ChatwootChange> changes;
  simdjson::dom::array rows;
  if (parts.at(1).get(rows) == simdjson::SUCCESS) {
    for (const simdjson::dom::element row : rows) {
      if (auto message = pull::parse_chatwoot_message(row)) messages.push_back(*std::move(message));
    }
  }
  if (parts.at(2).get(rows) == simdjson::SUCCESS) {
    for (const simdjson::dom::element row : rows) {
      if (const auto change = pull::parse_chatwoot_change(row)) changes.push_back(*change);
    }
  }
  std::size_t events = 0;
  for (const auto& record :
       pull::chatwoot_threads(*conversation, messages, changes, pull::ChatwootGroups::inboxes)) {
    const auto& thread = record.thread;
    events += thread.events.size();
    CHECK(record.thread_id.size() <= chatreports::chat::max_id_bytes);
    CHECK(!thread.ended_at || *thread.ended_at >= thread.started_at);
    CHECK(std::ranges::is_sorted(thread.agents) && std::ranges::is_sorted(thread.tags));
    for (const auto& event : thread.events) {
      const bool by_agent = event.author == chatreports::chat::AuthorKind::agent;
      CHECK(!by_agent || std::ranges::binary_search(thread.agents, event.agent_id) ||
            std::ranges::binary_search(thread.supervisors, event.agent_id));
    }
  }
  CHECK(events == messages.size());
  return 0;
}
