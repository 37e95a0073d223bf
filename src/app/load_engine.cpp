#include "app/load_engine.h"

#include <malloc.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <span>

namespace chatreports::app {
namespace {

constexpr std::size_t changes_per_batch = 65'536;
constexpr std::uint64_t batches_in_memory = 16;
constexpr std::chrono::seconds time_between_lines{2};

// Returns whether the store can say what has changed after `last`.
bool has_history_after(store::Store& store, ChangeNumber last,
                       const std::optional<store::Damage>& damage) {
  if (last == store.last_change()) return true;
  if (damage) return !damage->is_of_history;
  const auto found = store.find_damage();
  return found && !found->is_of_history;
}

}  // namespace

RestoredFiles restore_engine(engine::Engine& engine, store::Store& store,
                             std::optional<store::Damage> damage) {
  using State = RestoredFiles::State;
  RestoredFiles files;
  const Result<bool> restored = engine.restore([&](std::int64_t origin, ChangeNumber last) {
    if (!store.knows(origin, last).value_or(false)) {
      files = {State::unusable,
               "they belong to another store (was this one restored from a backup?), or something "
               "was deleted "
               "since"};
      return false;
    }
    if (!has_history_after(store, last, damage)) {
      files = {State::unusable,
               "the store is damaged where it records what has changed since they were written"};
      return false;
    }
    return true;
  });
  if (!restored) return {State::unusable, restored.error().message};
  if (*restored) return {State::restored, {}};
  return files;
}

Result<void> apply_rest(engine::Engine& engine, store::Store& store,
                        const std::function<Result<void>(std::span<const chat::Change>)>& apply) {
  if (engine.applied() == ChangeNumber{0}) {
    if (const auto damage = store.find_damage(); !damage) return std::unexpected(damage.error());
  }
  const auto last = store.last_change();
  if (!last) return std::unexpected(last.error());
  const Result<void> replayed = store.replay(engine.applied(), changes_per_batch, apply);
  if (replayed) engine.has_all_up_to(*last);
  return replayed;
}

Result<bool> fill_engine(engine::Engine& engine, store::Store& store, StopSignals& signals) {
  bool stopped = false;
  std::uint64_t facts = 0;
  std::uint64_t batches = 0;
  bool can_be_moved = true;
  auto said_at = std::chrono::steady_clock::now();
  const Result<void> replayed =
      apply_rest(engine, store, [&](std::span<const chat::Change> changes) -> Result<void> {
        if (signals.wait_for(std::chrono::milliseconds(0))) {
          stopped = true;
          return failed("stopped");
        }
        facts += changes.size();
        const auto time = std::chrono::steady_clock::now();
        if (time - said_at >= time_between_lines) {
          said_at = time;
          spdlog::info("reading the data folder: {} facts so far", facts);
        }
        if (auto applied = engine.apply(changes); !applied) return applied;
        // A folder of any size can be read with little memory, unless the files can't be written.
        if (++batches % batches_in_memory == 0 && can_be_moved) {
          const Result<void> moved = engine.move_to_files();
          can_be_moved = moved.has_value();
          if (!moved) {
            spdlog::warn("the engine's files can't be written, so the engine takes more memory: {}",
                         moved.error().message);
          }
        }
        return {};
      });
  if (stopped) return false;
  if (!replayed) return std::unexpected(replayed.error());
  ::malloc_trim(0);  // facts take several times the memory of the segments made of them
  return true;
}

}  // namespace chatreports::app
