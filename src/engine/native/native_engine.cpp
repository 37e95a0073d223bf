#include "engine/native/native_engine.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>
#include <utility>

#include "base/check.h"
#include "chat/unknown_instant.h"
#include "engine/native/files/image_folder.h"
#include "engine/native/parts/agent_times.h"
#include "engine/native/parts/greeting_events.h"
#include "engine/native/parts/ordered_chunks.h"
#include "engine/native/run/run_plan.h"

namespace chatreports::engine {
namespace native {
namespace {

// Everything known of one licence. Immutable.
struct LicenseData {
  Segments segments;
  GreetingEvents greeting_events;
  std::shared_ptr<const AgentTimes> agent_times = std::make_shared<const AgentTimes>();
  std::uint64_t agent_times_file = 0;  // the number of their file; 0 where they have changed since
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

// Under which key the thread is known; nothing where it is not.
std::optional<RowKey> find_thread(const Segments& segments, ThreadNumber thread) {
  for (const auto& segment : segments) {
    if (const auto key = segment->find(thread)) return key;
  }
  return std::nullopt;
}

Segments changed_segments(const Segments& segments, const LicenseChanges& changes,
                          ChunkSizes sizes) {
  std::vector<RowKey> removed;
  std::vector<SegmentRow> added;
  for (const auto& [thread, change] : changes.threads) {
    if (change.previous_started_at == chat::unknown_instant) {
      if (const auto key = find_thread(segments, thread)) removed.push_back(*key);
    } else if (change.previous_started_at) {
      removed.push_back({*change.previous_started_at, thread});
    }
    added.push_back({thread, *change.facts});
  }
  return ChunkChange<Segment, SegmentRow, RowKey>::made(segments, std::move(removed),
                                                        std::move(added), sizes);
}

// Chunks that were written to files, by what they were before.
template <class Chunk>
using Moved = std::map<const Chunk*, std::shared_ptr<const Chunk>>;

struct MovedToFiles {
  Moved<Segment> segments;
  Moved<GreetingEventChunk> greeting_events;
  std::map<const AgentTimes*, std::uint64_t> agent_times;
};

template <class Chunk>
std::vector<std::uint64_t> files_of(const std::vector<std::shared_ptr<const Chunk>>& chunks) {
  std::vector<std::uint64_t> numbers;
  for (const auto& chunk : chunks) numbers.push_back(chunk->image()->number());
  return numbers;
}

template <class Chunk>
void replace(std::vector<std::shared_ptr<const Chunk>>& chunks, const Moved<Chunk>& moved) {
  for (auto& chunk : chunks) {
    const auto found = moved.find(chunk.get());
    if (found != moved.end()) chunk = found->second;
  }
}

class SegmentEngine final : public NativeEngine {
 public:
  explicit SegmentEngine(NativeOptions options)
      : options_(std::move(options)), folder_(options_.folder) {
    CHECK(options_.segments.most_rows > 0 && options_.segments.most_rows <= max_segment_rows);
  }

  Result<void> apply(std::span<const chat::Change> changes) override {
    const std::lock_guard change_lock(change_mutex_);
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
        after->agent_times_file = 0;
      }
      next->licenses[license] = std::move(after);
    }
    for (const chat::Change& change : changes) {
      next->applied = std::max(next->applied, change.number);
    }
    publish(std::move(next));
    return {};
  }

  using Engine::run;
  Result<report::Table> run(const report::Plan& plan, Allowance& allowance) const override {
    const std::shared_ptr<const Snapshot> now = snapshot();
    report::Table table = table_of(*now, plan, allowance);
    if (!allowance.is_used_up()) return table;
    return std::unexpected(Error{ErrorKind::unavailable, "the question was given up"});
  }

  void has_all_up_to(ChangeNumber last) override {
    const std::lock_guard change_lock(change_mutex_);
    auto next = std::make_shared<Snapshot>(*snapshot());
    next->applied = std::max(next->applied, last);
    publish(std::move(next));
  }

  ChangeNumber applied() const override { return snapshot()->applied; }

  NativeSize size() const override {
    NativeSize size;
    // Held by name: a loop does not keep what it gets its range from.
    const std::shared_ptr<const Snapshot> now = snapshot();
    for (const auto& [license, data] : now->licenses) {
      ++size.licenses;
      size.segments += data->segments.size();
      size.bytes += data->agent_times->bytes();
      for (const auto& chunk : data->greeting_events.chunks()) size.bytes += chunk->bytes();
      for (const auto& segment : data->segments) {
        size.chats += segment->size();
        size.bytes += segment->bytes();
      }
    }
    return size;
  }

  Result<bool> restore(const Accepts& accepts) override {
    const auto manifest = folder_.read_manifest();
    if (!manifest) return std::unexpected(manifest.error());
    if (!*manifest || !accepts((*manifest)->origin, (*manifest)->applied)) return false;
    auto next = std::make_shared<Snapshot>();
    next->applied = (*manifest)->applied;
    std::vector<std::shared_ptr<LicenseData>> licenses;
    std::vector<GreetingEvents::Chunks> greeting_events((*manifest)->licenses.size());
    std::vector<ImageFolder::Wanted> wanted;
    for (std::size_t at = 0; at < (*manifest)->licenses.size(); ++at) {
      const Manifest::OfLicense& of_license = (*manifest)->licenses[at];
      auto& data = *licenses.emplace_back(std::make_shared<LicenseData>());
      next->licenses[of_license.license] = licenses.back();
      want(of_license.segments, data.segments, wanted);
      want(of_license.greeting_events, greeting_events[at], wanted);
      data.agent_times_file = of_license.agent_times;
      wanted.push_back({ImageKind::agent_times, of_license.agent_times,
                        [&data](const std::shared_ptr<const Image>& image) {
                          data.agent_times =
                              std::make_shared<const AgentTimes>(AgentTimes::unpacked(*image));
                        }});
    }
    if (auto opened = folder_.open(std::move(wanted)); !opened) {
      return std::unexpected(opened.error());
    }
    for (std::size_t at = 0; at < licenses.size(); ++at) {
      licenses[at]->greeting_events.set_chunks(std::move(greeting_events[at]));
    }
    publish(std::move(next));
    return true;
  }

  Result<void> move_to_files() override {
    MovedToFiles moved;
    Result<void> written = write_files(*snapshot(), moved);
    take_moved(moved);
    return written;
  }

  Result<void> save(std::int64_t origin) override {
    Snapshot saved = *snapshot();
    MovedToFiles moved;
    Result<void> written = write_files(saved, moved);
    // Whatever was written is used, so that a disk that is full is not filled again.
    take_moved(moved);
    if (!written) return written;
    replace_moved(saved, moved);
    Manifest manifest{saved.applied, origin, {}};
    for (const auto& [license, data] : saved.licenses) {
      manifest.licenses.push_back({license, files_of(data->segments),
                                   files_of(data->greeting_events.chunks()),
                                   data->agent_times_file});
    }
    return folder_.write_manifest(manifest);
  }

 private:
  static report::Table table_of(const Snapshot& now, const report::Plan& plan,
                                Allowance& allowance) {
    const auto found = now.licenses.find(plan.license);
    static const LicenseData nothing;
    const LicenseData& data = found == now.licenses.end() ? nothing : *found->second;
    if (const auto* chats = std::get_if<report::ChatsSource>(&plan.source)) {
      return run_chats(data.segments, plan, *chats, allowance);
    }
    if (std::holds_alternative<report::SubmissionsSource>(plan.source)) {
      return run_submissions(data.segments, plan, allowance);
    }
    if (const auto* times = std::get_if<report::StatusTimesSource>(&plan.source)) {
      return data.agent_times->run(plan, *times, allowance);
    }
    if (std::holds_alternative<report::ChattingTimesSource>(plan.source)) {
      return run_chatting_times(data.segments, plan, allowance);
    }
    return data.greeting_events.run(plan, std::get<report::GreetingEventsSource>(plan.source),
                                    allowance);
  }

  // Chunks are made by several threads, each into a place of its own.
  template <class Chunk>
  static void want(const std::vector<std::uint64_t>& files,
                   std::vector<std::shared_ptr<const Chunk>>& chunks,
                   std::vector<ImageFolder::Wanted>& wanted) {
    chunks.resize(files.size());
    for (std::size_t at = 0; at < files.size(); ++at) {
      wanted.push_back(
          {Chunk::image_kind, files[at], [&place = chunks[at]](std::shared_ptr<const Image> image) {
             place = std::make_shared<const Chunk>(std::move(image));
           }});
    }
  }

  template <class Chunk>
  Result<void> write_files(const std::vector<std::shared_ptr<const Chunk>>& chunks,
                           Moved<Chunk>& moved) {
    for (const auto& chunk : chunks) {
      if (chunk->image()->number() != 0) continue;
      auto image = folder_.add(Chunk::image_kind, chunk->image()->bytes());
      if (!image) return std::unexpected(image.error());
      moved[chunk.get()] = std::make_shared<const Chunk>(*std::move(image));
    }
    return {};
  }

  // What is moved is told even where the rest can't be written.
  Result<void> write_files(const Snapshot& of, MovedToFiles& moved) {
    for (const auto& [license, data] : of.licenses) {
      auto done = write_files(data->segments, moved.segments);
      if (done) done = write_files(data->greeting_events.chunks(), moved.greeting_events);
      if (!done) return done;
      if (data->agent_times_file != 0) continue;
      const auto image = folder_.add(ImageKind::agent_times, data->agent_times->pack());
      if (!image) return std::unexpected(image.error());
      moved.agent_times[data->agent_times.get()] = (*image)->number();
    }
    return {};
  }

  static void replace_moved(Snapshot& in, const MovedToFiles& moved) {
    for (auto& [license, data] : in.licenses) {
      auto after = std::make_shared<LicenseData>(*data);
      replace(after->segments, moved.segments);
      GreetingEvents::Chunks chunks = after->greeting_events.chunks();
      replace(chunks, moved.greeting_events);
      after->greeting_events.set_chunks(std::move(chunks));
      const auto found = moved.agent_times.find(after->agent_times.get());
      if (found != moved.agent_times.end()) after->agent_times_file = found->second;
      data = std::move(after);
    }
  }

  // What is visible may have changed since: what has been moved and is still there is replaced.
  void take_moved(const MovedToFiles& moved) {
    const std::lock_guard change_lock(change_mutex_);
    auto next = std::make_shared<Snapshot>(*snapshot());
    replace_moved(*next, moved);
    publish(std::move(next));
  }

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
  ImageFolder folder_;
  std::mutex change_mutex_;   // held by whoever makes a new snapshot of the one that is visible
  mutable std::mutex mutex_;  // held for as long as a pointer takes to be copied
  std::shared_ptr<const Snapshot> snapshot_ = std::make_shared<const Snapshot>();
};

}  // namespace
}  // namespace native

std::unique_ptr<NativeEngine> make_native_engine(NativeOptions options) {
  return std::make_unique<native::SegmentEngine>(std::move(options));
}

}  // namespace chatreports::engine
