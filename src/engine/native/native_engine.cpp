#include "engine/native/native_engine.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>
#include <utility>

#include "base/check.h"
#include "engine/native/agent_times.h"
#include "engine/native/greeting_events.h"
#include "engine/native/ordered_chunks.h"
#include "engine/native/run_plan.h"

namespace chatreports::engine {
namespace native {
namespace {

// Everything known of one licence. Immutable.
struct LicenseData {
  Segments segments;
  GreetingEvents greeting_events;
  std::shared_ptr<const AgentTimes> agent_times = std::make_shared<const AgentTimes>();
};

// Everything that is visible at one moment. Immutable.
struct Snapshot {
  std::map<LicenseId, std::shared_ptr<const LicenseData>> licenses;
  ChangeNumber applied;
};

// What a batch changes of one licence.
struct LicenseChanges {
  struct OfThread {
    std::optional<Instant> previous_started_at;  // before the first change of the batch
    const chat::Thread* facts = nullptr;         // after the last
  };
  std::map<ThreadNumber, OfThread> threads;
  std::vector<GreetingEventRow> removed_events;
  std::vector<GreetingEventRow> added_events;
  std::vector<const chat::Change*> of_agents;
};

GreetingEventRow row_of(const chat::GreetingRecord& event) {
  return {event.at, {event.greeting_id, event.group_id, event.event}};
}

// What a batch both adds and removes is the same before and after it, or was never there.
void cancel_out(std::vector<GreetingEventRow>& removed, std::vector<GreetingEventRow>& added) {
  std::sort(removed.begin(), removed.end());
  std::sort(added.begin(), added.end());
  std::vector<GreetingEventRow> only_removed;
  std::vector<GreetingEventRow> only_added;
  std::ranges::set_difference(removed, added, std::back_inserter(only_removed));
  std::ranges::set_difference(added, removed, std::back_inserter(only_added));
  removed = std::move(only_removed);
  added = std::move(only_added);
}

std::map<LicenseId, LicenseChanges> by_license(std::span<const chat::Change> changes) {
  std::map<LicenseId, LicenseChanges> result;
  for (const chat::Change& change : changes) {
    LicenseChanges& of_license = result[change.license];
    if (const auto* thread = std::get_if<chat::ThreadChange>(&change.what)) {
      const auto [found, added] = of_license.threads.try_emplace(thread->thread);
      if (added) found->second.previous_started_at = thread->previous_started_at;
      found->second.facts = &thread->facts;
    } else if (const auto* greeting = std::get_if<chat::GreetingChange>(&change.what)) {
      if (greeting->previous) of_license.removed_events.push_back(row_of(*greeting->previous));
      of_license.added_events.push_back(row_of(greeting->event));
    } else {
      of_license.of_agents.push_back(&change);
    }
  }
  for (auto& [license, of_license] : result) {
    cancel_out(of_license.removed_events, of_license.added_events);
  }
  return result;
}

Segments changed_segments(const Segments& segments, const LicenseChanges& changes,
                          ChunkSizes sizes) {
  std::vector<RowKey> removed;
  std::vector<SegmentRow> added;
  for (const auto& [thread, change] : changes.threads) {
    if (change.previous_started_at) removed.push_back({*change.previous_started_at, thread});
    added.push_back({thread, *change.facts});
  }
  return ChunkChange<Segment, SegmentRow, RowKey>::made(segments, std::move(removed),
                                                        std::move(added), sizes);
}

class SegmentEngine final : public NativeEngine {
 public:
  explicit SegmentEngine(NativeOptions options) : options_(options) {
    CHECK(options.segments.most_rows > 0 && options.segments.most_rows <= max_segment_rows);
  }

  Result<void> apply(std::span<const chat::Change> changes) override {
    auto next = std::make_shared<Snapshot>(*snapshot());
    for (const auto& [license, of_license] : by_license(changes)) {
      const auto known = next->licenses.find(license);
      static const LicenseData nothing;
      const LicenseData& before = known == next->licenses.end() ? nothing : *known->second;
      auto after = std::make_shared<LicenseData>(before);
      if (!of_license.threads.empty()) {
        after->segments = changed_segments(before.segments, of_license, options_.segments);
      }
      if (!of_license.added_events.empty() || !of_license.removed_events.empty()) {
        after->greeting_events = before.greeting_events.with(
            of_license.removed_events, of_license.added_events, options_.segments);
      }
      if (!of_license.of_agents.empty()) {
        after->agent_times =
            std::make_shared<const AgentTimes>(before.agent_times->with(of_license.of_agents));
      }
      next->licenses[license] = std::move(after);
    }
    for (const chat::Change& change : changes) {
      next->applied = std::max(next->applied, change.number);
    }
    publish(std::move(next));
    return {};
  }

  Result<report::Table> run(const report::Plan& plan) const override {
    const std::shared_ptr<const Snapshot> now = snapshot();
    const auto found = now->licenses.find(plan.license);
    static const LicenseData nothing;
    const LicenseData& data = found == now->licenses.end() ? nothing : *found->second;
    if (const auto* chats = std::get_if<report::ChatsSource>(&plan.source)) {
      return run_chats(data.segments, plan, *chats);
    }
    if (std::holds_alternative<report::SubmissionsSource>(plan.source)) {
      return run_submissions(data.segments, plan);
    }
    if (const auto* times = std::get_if<report::StatusTimesSource>(&plan.source)) {
      return data.agent_times->run(plan, *times);
    }
    if (std::holds_alternative<report::ChattingTimesSource>(plan.source)) {
      return run_chatting_times(data.segments, plan);
    }
    return data.greeting_events.run(plan, std::get<report::GreetingEventsSource>(plan.source));
  }

  ChangeNumber applied() const override { return snapshot()->applied; }

  NativeSize size() const override {
    NativeSize size;
    // Held by name: a loop does not keep what it gets its range from.
    const std::shared_ptr<const Snapshot> now = snapshot();
    for (const auto& [license, data] : now->licenses) {
      ++size.licenses;
      size.segments += data->segments.size();
      size.bytes += data->greeting_events.bytes() + data->agent_times->bytes();
      for (const auto& segment : data->segments) {
        size.chats += segment->size();
        size.bytes += segment->bytes();
      }
    }
    return size;
  }

 private:
  std::shared_ptr<const Snapshot> snapshot() const {
    const std::lock_guard lock(mutex_);
    return snapshot_;
  }

  // What it replaces may be large, and is freed when readers need not wait for it any more.
  void publish(std::shared_ptr<const Snapshot> next) {
    const std::lock_guard lock(mutex_);
    snapshot_.swap(next);
  }

  const NativeOptions options_;
  mutable std::mutex mutex_;  // held for as long as a pointer takes to be copied
  std::shared_ptr<const Snapshot> snapshot_ = std::make_shared<const Snapshot>();
};

}  // namespace
}  // namespace native

std::unique_ptr<NativeEngine> make_native_engine(NativeOptions options) {
  return std::make_unique<native::SegmentEngine>(options);
}

}  // namespace chatreports::engine
