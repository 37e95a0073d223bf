#pragma once
// Brings the engine to what the store holds: from its own files, and then from the store.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "app/stop_signals.h"
#include "base/error.h"
#include "engine/engine.h"
#include "store/damage.h"
#include "store/store.h"

namespace chatreports::app {

struct RestoredFiles {
  enum class State : std::uint8_t { missing, restored, unusable } state = State::missing;
  std::string why;  // they are unusable
};

// Restores the engine from its files. They are unusable if they are damaged, if they don't hold
// what this store held when they were written, or if the store can't say what has changed since;
// this is the one place that decides that. `damage` is what Store::find_damage has found; without
// it, the store is searched if it matters.
RestoredFiles restore_engine(engine::Engine& engine, store::Store& store,
                             std::optional<store::Damage> damage = std::nullopt);

// Calls `apply` with batches of all changes that the store has and the engine doesn't, which it
// must apply; its error ends the call.
Result<void> apply_rest(engine::Engine& engine, store::Store& store,
                        const std::function<Result<void>(std::span<const chat::Change>)>& apply);

// Applies all changes that the store has and the engine doesn't. Returns false if a signal to stop
// came first. Logs the progress.
Result<bool> fill_engine(engine::Engine& engine, store::Store& store, StopSignals& signals);

}  // namespace chatreports::app
