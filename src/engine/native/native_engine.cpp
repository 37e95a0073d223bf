#include "engine/native/native_engine.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "base/check.h"
#include "engine/native/files/image_folder.h"
#include "engine/native/run/run_plan.h"
#include "engine/native/snapshot.h"
#include "engine/native/snapshot_files.h"

namespace chatreports::engine {
namespace native {
namespace {

class NativeEngine final : public Engine {
 public:
  explicit NativeEngine(NativeOptions options)
      : options_(std::move(options)),
        folder_(options_.folder),
        idle_threads_(options_.idle_threads == nullptr ? nobody_ : *options_.idle_threads) {
    CHECK(options_.chunks.most_rows > 0 && options_.chunks.most_rows <= max_segment_rows);
  }

  Result<void> apply(std::span<const chat::Change> changes) override {
    const std::lock_guard change_lock(change_mutex_);
    auto next = std::make_shared<Snapshot>(*snapshot());
    std::map<LicenseId, std::vector<const chat::Change*>> by_license;
    for (const chat::Change& change : changes) {
      by_license[change.license].push_back(&change);
      next->applied = std::max(next->applied, change.number);
    }
    for (const auto& [license, changes_of_license] : by_license) {
      auto after = std::make_shared<LicenseParts>(parts_of(*next, license));
      apply_to(*after, changes_of_license);
      next->licenses[license] = std::move(after);
      ChangeNumber& last = next->last_changes[license];
      for (const chat::Change* change : changes_of_license) last = std::max(last, change->number);
    }
    publish(std::move(next));
    return {};
  }

  using Engine::run;
  Result<report::Table> run(const report::Plan& plan, Allowance& allowance) const override {
    const std::shared_ptr<const Snapshot> now = snapshot();
    report::Table table = run_plan({parts_of(*now, plan.license), plan, idle_threads_, allowance});
    if (!allowance.is_used_up()) return table;
    return std::unexpected(Error{ErrorKind::unavailable, "the question was given up"});
  }

  ChangeNumber applied() const override { return snapshot()->applied; }

  void has_all_up_to(ChangeNumber last) override {
    const std::lock_guard change_lock(change_mutex_);
    auto next = std::make_shared<Snapshot>(*snapshot());
    next->applied = std::max(next->applied, last);
    publish(std::move(next));
  }

  EngineSize size() const override {
    EngineSize size;
    std::map<std::string_view, std::uint64_t> bytes;
    const std::shared_ptr<const Snapshot> now = snapshot();
    for (const auto& [license, parts] : now->licenses) {
      ++size.licenses;
      const auto& segments = std::get<Chunks<Segment>>(*parts);
      size.segments += segments.size();
      for (const auto& segment : segments) size.chats += segment->size();
      for_each_part(*parts, [&bytes]<class Chunk>(const Chunks<Chunk>& chunks) {
        for (const auto& chunk : chunks) bytes[Chunk::part_name] += chunk->bytes();
      });
    }
    for (const auto& [part, of_part] : bytes) {
      size.bytes += of_part;
      size.bytes_of_parts.emplace_back(part, of_part);
    }
    return size;
  }

  LicenseContent content(LicenseId license) const override {
    LicenseContent content;
    const std::shared_ptr<const Snapshot> now = snapshot();
    const auto found = now->licenses.find(license);
    if (found == now->licenses.end()) return content;
    const auto changed = now->last_changes.find(license);
    content.last_change = changed == now->last_changes.end() ? now->restored : changed->second;
    for (const auto& segment : std::get<Chunks<Segment>>(*found->second)) {
      content.chats += segment->size();
      if (!content.starts) content.starts = {segment->first_start(), segment->last_start()};
      content.starts->from = std::min(content.starts->from, segment->first_start());
      content.starts->to = std::max(content.starts->to, segment->last_start());
      segment->add_property_names(content.properties);
    }
    return content;
  }

  Result<bool> restore(const Accepts& accepts) override {
    auto saved = read_snapshot(folder_, accepts, idle_threads_);
    if (!saved) return std::unexpected(saved.error());
    if (!*saved) return false;
    Snapshot restored = **std::move(saved);
    restored.restored = restored.applied;
    publish(std::make_shared<const Snapshot>(std::move(restored)));
    return true;
  }

  Result<void> move_to_files() override {
    WrittenChunks written;
    Result<void> result = write_chunks(*snapshot(), folder_, written);
    take_written(written);
    return result;
  }

  Result<void> save(std::int64_t origin) override {
    Snapshot saved = *snapshot();
    WrittenChunks written;
    Result<void> result = write_chunks(saved, folder_, written);
    // After an error too, so that the next attempt does not fill the disk with the same again.
    take_written(written);
    if (!result) return result;
    replace_chunks(saved, written);
    return write_manifest(saved, origin, folder_);
  }

 private:
  // A removal removes what the changes before it have made.
  void apply_to(LicenseParts& parts, LicenseChanges changes) const {
    while (!changes.empty()) {
      const auto removal = std::ranges::find_if(changes, [](const chat::Change* change) {
        return std::holds_alternative<chat::Removal>(change->what);
      });
      const LicenseChanges before(changes.begin(), removal);
      changes = {removal, changes.end()};
      for_each_part(parts, [&]<class Chunk>(Chunks<Chunk>& chunks) {
        if (!before.empty()) chunks = Chunk::apply(chunks, before, options_.chunks);
        if (changes.empty()) return;
        chunks =
            Chunk::remove(chunks, std::get<chat::Removal>(changes.front()->what), options_.chunks);
      });
      if (!changes.empty()) changes = changes.subspan(1);
    }
  }

  // The visible snapshot may have changed since the chunks were written.
  void take_written(const WrittenChunks& written) {
    const std::lock_guard change_lock(change_mutex_);
    auto next = std::make_shared<Snapshot>(*snapshot());
    replace_chunks(*next, written);
    publish(std::move(next));
  }

  std::shared_ptr<const Snapshot> snapshot() const {
    const std::lock_guard lock(mutex_);
    return snapshot_;
  }

  // The old snapshot may be large. It is freed after the lock is released, so that readers do not
  // wait for that.
  void publish(std::shared_ptr<const Snapshot> next) {
    const std::lock_guard lock(mutex_);
    snapshot_.swap(next);
  }

  const NativeOptions options_;
  ImageFolder folder_;
  IdleThreads nobody_{0};
  IdleThreads& idle_threads_;
  std::mutex change_mutex_;   // held while a new snapshot is made of the visible one
  mutable std::mutex mutex_;  // held while the pointer is copied
  std::shared_ptr<const Snapshot> snapshot_ = std::make_shared<const Snapshot>();
};

}  // namespace
}  // namespace native

std::unique_ptr<Engine> make_native_engine(NativeOptions options) {
  return std::make_unique<native::NativeEngine>(std::move(options));
}

}  // namespace chatreports::engine
