#pragma once
// The one writer while a server runs: records from any thread → store → engine.
//
// It works in rounds. A round writes the webhooks that wait, a transaction for each licence, and
// shows and answers them; then it writes a slice of one licence's bodies of records. A slice ends
// when its time is over, so that no webhook and no other licence waits longer than that for what
// one sender has sent.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "api/api.h"
#include "app/stamps.h"
#include "app/write_queue.h"
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
  // thread; `damage_found`, likewise, after each round in which damage was found or made good.
  // `last_stamp` is the store's.
  Intake(std::unique_ptr<store::Store> store, Instant last_stamp, engine::Engine& engine,
         std::function<void(LicenseId)> agents_changed,
         std::function<void(const store::Damage&)> damage_found);
  // Ends after the slice at hand. Waiting records are not written, and `done` gets an error: nobody
  // was told that they were accepted.
  ~Intake();
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  // Calls `done` once, from the writer's thread: with a success once the records are durable and
  // the next report sees them. After an error some records may be in, the log has the reason, and
  // the caller may try again. An error in one call's records does not affect other calls. Records
  // without a time get the present time. Any thread; the callers limit how much waits.
  void take_in(LicenseId license, api::Channel channel, std::vector<chat::Record> records,
               api::Done done);

  // Records that are not written by then are dropped with an error, as at the end. Any thread.
  void stop_at(std::chrono::steady_clock::time_point time);

  // How many calls wait for the writer, and how many of these are webhooks of a licence. Any
  // thread.
  std::size_t waiting() const;
  std::size_t waiting_webhooks(LicenseId license) const;

 private:
  using Time = std::chrono::steady_clock::time_point;

  void work();
  // False at the end.
  bool wait_for_groups();
  bool is_late() const;
  void leave_processor(std::chrono::steady_clock::duration time);
  void write_webhooks();
  void write_slice_of_bodies();
  // Writes what there is time for, in one transaction. Groups that are whole then go to written_;
  // those that are not are put back; those that failed are answered.
  void write(api::Channel channel, std::vector<WriteGroup> groups,
             const std::function<bool()>& is_enough);
  Result<store::WriteSummary> write_together(const std::vector<WriteGroup>& groups,
                                             const std::function<bool()>& is_enough);
  // Makes all that is written visible, and answers written_.
  void show();
  Result<void> replay();
  void log(const Error& error);

  const std::unique_ptr<store::Store> store_;
  engine::Engine& engine_;
  const std::function<void(LicenseId)> agents_changed_;
  const std::function<void(const store::Damage&)> damage_found_;
  store::Damage damage_;             // that was told; the writer's alone
  std::vector<WriteGroup> written_;  // durable, not yet shown; the writer's alone
  std::string last_logged_;          // likewise
  std::optional<Time> last_logged_at_;
  Stamps stamps_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  WriteQueue queue_;                                              // guarded by mutex_
  bool is_ending_ = false;                                        // guarded by mutex_
  std::chrono::steady_clock::time_point stops_at_ = Time::max();  // guarded by mutex_
  std::thread writer_;                                            // last: it uses all of the above
};

}  // namespace chatreports::app
