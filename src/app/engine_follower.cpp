#include "app/engine_follower.h"

#include <span>
#include <utility>

#include "app/load_engine.h"
#include "base/exception.h"
#include "engine/open.h"

namespace chatreports::app {
namespace {

// Reading so many takes some seconds of one processor.
constexpr std::int64_t most_changes_to_catch_up = 1'000'000;
// Memory holds the facts of so many changes before they are moved into files.
constexpr std::int64_t most_changes_in_memory = 1'000'000;

}  // namespace

EngineFollower::EngineFollower(std::string data_folder, std::unique_ptr<engine::Engine> engine,
                               std::function<void()> done)
    : data_folder_(std::move(data_folder)),
      engine_(std::move(engine)),
      saved_(engine_->applied()),
      done_(std::move(done)),
      committed_(saved_),
      thread_([this] { work(); }) {}

std::unique_ptr<EngineFollower> EngineFollower::begin(const std::string& data_folder,
                                                      store::Store& store,
                                                      std::function<void()> done) {
  auto engine = engine::open_engine(engine::NativeOptions{.folder = data_folder + "/engine"});
  static_cast<void>(restore_engine(*engine, store));
  const auto last = store.last_change();
  if (!last || last->value - engine->applied().value > most_changes_to_catch_up) return nullptr;
  return std::unique_ptr<EngineFollower>(
      new EngineFollower(data_folder, std::move(engine), std::move(done)));
}

EngineFollower::~EngineFollower() {
  is_stopped_ = true;
  {
    const std::scoped_lock lock(mutex_);  // so that the thread does not miss it
  }
  changed_.notify_one();
  thread_.join();
}

void EngineFollower::committed(ChangeNumber last, bool is_log_long) {
  {
    const std::scoped_lock lock(mutex_);
    committed_ = last;
    is_log_long_ = is_log_long;
  }
  changed_.notify_one();
}

void EngineFollower::end(std::int64_t origin) {
  {
    const std::scoped_lock lock(mutex_);
    origin_ = origin;
  }
  changed_.notify_one();
}

void EngineFollower::work() {
  result_ = without_exceptions([this] { return follow(); });
  is_done_ = true;
  done_();
}

bool EngineFollower::wait_for_changes() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] {
    return is_stopped_ || origin_ || (committed_ > engine_->applied() && !is_log_long_);
  });
  return committed_ > engine_->applied();
}

Result<void> EngineFollower::apply_new(store::Store& store) {
  return apply_rest(*engine_, store, [this](std::span<const chat::Change> changes) -> Result<void> {
    return is_stopped_ ? failed("stopped") : engine_->apply(changes);
  });
}

Result<void> EngineFollower::follow() {
  const auto store = store::Store::open(data_folder_);
  if (!store) return std::unexpected(store.error());
  ChangeNumber in_files = saved_;
  while (wait_for_changes()) {
    if (auto applied = apply_new(**store); !applied) return applied;
    if (engine_->applied().value - in_files.value < most_changes_in_memory) continue;
    if (auto moved = engine_->move_to_files(); !moved) return moved;
    in_files = engine_->applied();
  }
  if (is_stopped_) return failed("stopped");
  if (!(*store)->damage().is_none()) return failed("records are damaged");
  if (engine_->applied() == saved_) return {};
  return engine_->save(*origin_);
}

}  // namespace chatreports::app
