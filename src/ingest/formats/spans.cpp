#include "ingest/formats/spans.h"

#include <algorithm>
#include <utility>

namespace chatreports::ingest {

std::vector<ConversationSpan> spans_of(Instant created_at, std::vector<ConversationEntry> entries,
                                       bool is_closed) {
  std::ranges::stable_sort(
      entries, {}, [](const ConversationEntry& entry) { return std::pair(entry.at, entry.order); });
  std::vector<ConversationSpan> spans = {{.from = created_at}};
  Instant last_message = created_at;
  for (const ConversationEntry& entry : entries) {
    if (entry.opens && spans.back().to && spans.size() < most_spans) {
      last_message = std::max(entry.at, *spans.back().to);
      spans.push_back({.from = last_message});
    }
    ConversationSpan& last = spans.back();
    if (entry.has_message) {
      last.messages.push_back(entry.message);
      last_message = std::max(last_message, entry.at);
    }
    if (entry.closes && !last.to) last.to = std::max(entry.at, last.from);
  }
  if (is_closed && !spans.back().to) spans.back().to = last_message;
  return spans;
}

}  // namespace chatreports::ingest
