// How the segments of a licence change with its threads.

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "base/overloaded.h"
#include "chat/unknown_instant.h"
#include "engine/native/parts/ordered_chunks.h"
#include "engine/native/parts/segment.h"

namespace chatreports::engine::native {
namespace {

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
  std::vector<const chat::ThreadChange*> threads;
  for_each_change<chat::ThreadChange>(
      changes, [&threads](const chat::ThreadChange& change) { threads.push_back(&change); });
  if (threads.empty()) return segments;
  std::ranges::stable_sort(threads, {}, &chat::ThreadChange::thread);
  std::vector<RowKey> removed;
  std::vector<SegmentRow> added;
  added.reserve(threads.size());
  for (auto first = threads.begin(); first != threads.end();) {
    const ThreadNumber thread = (*first)->thread;
    const auto last = std::prev(std::ranges::find_if(
        first, threads.end(), [thread](const auto* change) { return change->thread != thread; }));
    const std::optional<Instant> previous_started_at = (*first)->previous_started_at;
    if (previous_started_at == chat::unknown_instant) {
      if (const auto key = find_thread(segments, thread)) removed.push_back(*key);
    } else if (previous_started_at) {
      removed.push_back({*previous_started_at, thread});
    }
    added.push_back({thread, &(*last)->facts});
    first = std::next(last);
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
