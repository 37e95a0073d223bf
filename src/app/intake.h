#pragma once
// The one writer while a server runs: records from any thread → store → engine.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "engine/engine.h"
#include "store/store.h"

namespace chatreports::app {

class Intake {
 public:
  // The engine is borrowed and holds all that the store knows; nobody else applies changes to it.
  // `agents_changed` is called after records of a licence's agents were written, from the writer's
  // thread.
  Intake(std::unique_ptr<store::Store> store, engine::Engine& engine,
         std::function<void(LicenseId)> agents_changed);
  // Writes what was taken so far, and ends.
  ~Intake();
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  // `done` is called once, from the writer's thread: with a success once the records are durable
  // and the next report sees them; on an error it may be tried again, and why is in the log. What
  // several callers bring at a time is written in one transaction of each licence. What was told
  // without a time was told now. Any thread; holding back is the callers' part.
  void take_in(LicenseId license, std::vector<chat::Record> records,
               std::function<void(const Result<void>&)> done);

  // How many calls wait for the writer. Any thread.
  std::size_t waiting() const;

 private:
  struct Group {
    LicenseId license;
    std::vector<chat::Record> records;
    std::function<void(const Result<void>&)> done;
  };

  void work();
  std::vector<Group> wait_for_groups();  // none at the end
  Result<void> write(std::vector<Group>& groups);
  Result<void> show();

  const std::unique_ptr<store::Store> store_;
  engine::Engine& engine_;
  const std::function<void(LicenseId)> agents_changed_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Group> groups_;  // guarded by mutex_
  bool is_ending_ = false;     // guarded by mutex_
  std::thread writer_;         // last: it uses all of the above
};

}  // namespace chatreports::app
