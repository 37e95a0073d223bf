#include "app/engine_files.h"

#include <malloc.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

#include "app/give_way.h"
#include "base/exception.h"

namespace chatreports::app {
namespace {

constexpr std::chrono::seconds time_between_looks{10};
constexpr int looks_until_any_change_is_saved = 30;
// A start reads as many from the store in less than a second.
constexpr std::int64_t most_unsaved_changes = 50'000;

}  // namespace

EngineFiles::EngineFiles(engine::Engine& engine, std::int64_t origin, ChangeNumber saved,
                         std::function<bool()> is_whole)
    : engine_(engine),
      origin_(origin),
      is_whole_(std::move(is_whole)),
      saved_(saved.value),
      saver_([this] { work(); }) {}

EngineFiles::~EngineFiles() {
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  ended_.notify_one();
  saver_.join();
}

void EngineFiles::work() {
  give_way(19);
  for (int looks = 0;; ++looks) {
    const std::int64_t unsaved = engine_.applied().value - saved_;
    const bool is_due = unsaved >= most_unsaved_changes || looks >= looks_until_any_change_is_saved;
    if (unsaved > 0 && is_due) save();
    if (is_due) looks = 0;
    std::unique_lock lock(mutex_);
    if (ended_.wait_for(lock, time_between_looks, [this] { return is_ending_; })) break;
  }
  if (engine_.applied().value != saved_) save();
}

void EngineFiles::save() {
  const ChangeNumber applied = engine_.applied();
  if (!is_whole_()) return;
  const Result<void> saved = without_exceptions([this] { return engine_.save(origin_); });
  if (saved) {
    saved_ = applied.value;
    ++saves_;
    // Segments that were in memory are in files now.
    ::malloc_trim(0);
  } else {
    spdlog::warn("the engine's files can't be written, so the next start takes longer: {}",
                 saved.error().message);
  }
}

}  // namespace chatreports::app
