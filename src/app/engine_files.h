#pragma once
// Saves the engine's segments as files while a server runs, now and then and at the end, so that
// the next start is fast. The store stays the truth: the next start reads from it what was not
// saved.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "base/numbers.h"
#include "engine/engine.h"

namespace chatreports::app {

class EngineFiles {
 public:
  // The engine is borrowed; nobody else saves it. `origin` is that of the store whose changes it
  // is given, `saved` the last change that its files hold. `is_whole` says whether the engine has
  // all that was acknowledged; what lacks damaged records is not saved, or the next start would
  // take it for all.
  EngineFiles(engine::Engine& engine, std::int64_t origin, ChangeNumber saved,
              std::function<bool()> is_whole);
  // Saves the rest. No change may be applied any more.
  ~EngineFiles();
  EngineFiles(const EngineFiles&) = delete;
  EngineFiles& operator=(const EngineFiles&) = delete;

  // The last change that the files hold, and how often they were saved. Any thread.
  ChangeNumber saved() const { return ChangeNumber{saved_}; }
  std::uint64_t saves() const { return saves_; }

 private:
  void work();
  void save();

  engine::Engine& engine_;
  const std::int64_t origin_;
  const std::function<bool()> is_whole_;
  std::atomic<std::int64_t> saved_;  // a change's number
  std::atomic<std::uint64_t> saves_ = 0;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool is_ending_ = false;  // guarded by mutex_
  std::thread saver_;       // last: it uses all of the above
};

}  // namespace chatreports::app
