#pragma once
// Makes the engine's files while an import writes, so that a server is ready at once afterwards.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/error.h"
#include "base/numbers.h"
#include "engine/engine.h"
#include "store/store.h"

namespace chatreports::app {

class EngineFollower {
 public:
  // Begins with the engine's files that are there. Returns null if they lack so many of the store's
  // changes that an import would wait for them; a server then reads them. Call before anything is
  // written.
  // `done` is called once, from a thread of the follower.
  static std::unique_ptr<EngineFollower> begin(const std::string& data_folder, store::Store& store,
                                               std::function<void()> done);
  // Leaves the files as they were, unless it is done.
  ~EngineFollower();
  EngineFollower(const EngineFollower&) = delete;
  EngineFollower& operator=(const EngineFollower&) = delete;

  // All changes up to `last` are committed. While SQLite's log is long, the follower reads nothing,
  // so that the log can be emptied. Any thread.
  void committed(ChangeNumber last, bool is_log_long);
  // Nothing more will be written: saves the files, for the store's origin. Any thread.
  void end(std::int64_t origin);

  // Any thread.
  bool is_done() const { return is_done_; }
  // Once is_done(): the files have everything, or why they don't.
  const Result<void>& result() const { return result_; }

 private:
  EngineFollower(std::string data_folder, std::unique_ptr<engine::Engine> engine,
                 std::function<void()> done);

  void work();
  Result<void> follow();
  Result<void> apply_new(store::Store& store);
  // Returns whether there may be changes to apply; false once there will be no more.
  bool wait_for_changes();

  const std::string data_folder_;
  const std::unique_ptr<engine::Engine> engine_;  // for the follower's thread only
  const ChangeNumber saved_;                      // its files have
  const std::function<void()> done_;
  std::mutex mutex_;
  std::condition_variable changed_;
  ChangeNumber committed_;              // guarded by mutex_
  bool is_log_long_ = false;            // guarded by mutex_
  std::optional<std::int64_t> origin_;  // guarded by mutex_; set by end()
  std::atomic<bool> is_stopped_ = false;
  std::atomic<bool> is_done_ = false;
  Result<void> result_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace chatreports::app
