// How the segments of a licence change with its threads.

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/overloaded.h"
#include "chat/unknown_instant.h"
#include "engine/native/parts/ordered_chunks.h"
#include "engine/native/parts/segment.h"

namespace chatreports::engine::native {
namespace {

// What a batch changes of one thread.
struct ChangedThread {
  std::optional<Instant> previous_started_at;  // before the first change of the batch
  const chat::Thread* facts = nullptr;         // after the last
};

// Returns the key under which the thread is known; nothing if it is not.
std::optional<RowKey> find_thread(const Chunks<Segment>& segments, ThreadNumber thread) {
  for (const auto& segment : segments) {
    if (const auto key = segment->find(thread)) return key;
  }
  return std::nullopt;
}

}  // namespace

Chunks<Segment> Segment::apply(const Chunks<Segment>& segments, LicenseChanges changes,
                               const ChunkSizes& sizes) {
  std::map<ThreadNumber, ChangedThread> threads;
  for_each_change<chat::ThreadChange>(changes, [&threads](const chat::ThreadChange& change) {
    const auto [found, added] = threads.try_emplace(change.thread);
    if (added) found->second.previous_started_at = change.previous_started_at;
    found->second.facts = &change.facts;
  });
  if (threads.empty()) return segments;
  std::vector<RowKey> removed;
  std::vector<SegmentRow> added;
  for (const auto& [number, thread] : threads) {
    if (thread.previous_started_at == chat::unknown_instant) {
      if (const auto key = find_thread(segments, number)) removed.push_back(*key);
    } else if (thread.previous_started_at) {
      removed.push_back({*thread.previous_started_at, number});
    }
    added.push_back({number, *thread.facts});
  }
  return ChunkChange<Segment, SegmentRow, RowKey>::made(segments, std::move(removed),
                                                        std::move(added), sizes);
}

Chunks<Segment> Segment::remove(const Chunks<Segment>& segments, const chat::Removal& removal,
                                const ChunkSizes& sizes) {
  return std::visit(Overloaded{[&](const chat::ThreadRemoval& thread) {
                                 const auto key = find_thread(segments, thread.thread);
                                 if (!key) return segments;
                                 return ChunkChange<Segment, SegmentRow, RowKey>::made(
                                     segments, {*key}, {}, sizes);
                               },
                               [&](const chat::AgentRemoval&) { return segments; },
                               [&](const chat::TimeRemoval& time) {
                                 return without_first_rows(
                                     segments, [&time](const Segment& segment, std::uint32_t row) {
                                       return segment.started_at().value(row) < time.before;
                                     });
                               },
                               [](const chat::LicenseRemoval&) { return Chunks<Segment>(); }},
                    removal);
}

}  // namespace chatreports::engine::native
