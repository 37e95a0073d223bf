#pragma once
// The one writer while a server runs: records from any thread → store → engine.
//
// It works in rounds. A round writes the webhooks that wait, in one transaction per licence, shows
// them to the engine and answers them; then it writes a slice of one licence's bodies of records. A
// slice has a time limit, so webhooks and other licences never wait longer for one sender.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "api/intake.h"
#include "app/stamps.h"
#include "app/write_queue.h"
#include "base/error.h"
#include "base/numbers.h"
#include "chat/deletion.h"
#include "chat/record.h"
#include "engine/engine.h"
#include "store/store.h"

namespace chatreports::app {

// Called from the writer's thread.
struct WriterCallbacks {
  // After records were written that have something for api::Directory, and before the engine has
  // any of their changes.
  std::function<void(LicenseId)> directory_changed;
  // After a round that found or repaired damage.
  std::function<void(const store::Damage&)> damage_found;
  // Returns the time from which on the licence keeps its chats; nothing if it keeps all.
  std::function<std::optional<Instant>(LicenseId)> keeps_from = [](LicenseId) {
    return std::nullopt;
  };
};

class Writer {
 public:
  // The engine is borrowed, holds all changes of the store, and gets changes from nobody else.
  // `last_stamp` is the store's.
  Writer(std::unique_ptr<store::Store> store, Instant last_stamp, engine::Engine& engine,
         WriterCallbacks callbacks);
  // Ends after the current slice. Waiting records are not written, and their `done` gets an error.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Queues the records; `done` as api::Done, called from the writer's thread. An error is logged
  // and affects no other call. Records without a time get the current time. Any thread; the callers
  // limit how much waits.
  void take_in(LicenseId license, api::Channel channel, std::vector<chat::Record> records,
               api::Done done);

  // Deletes, as api::Intake; `done` is called from the writer's thread. Any thread.
  void erase(LicenseId license, chat::Deletion deletion, api::Intake::Deleted done);

  // Fails records that are not written by then, as the destructor does. Any thread.
  void stop_at(std::chrono::steady_clock::time_point time);

  // The work since the start. Any thread.
  struct Work {
    std::atomic<std::uint64_t> batches = 0;     // transactions
    std::atomic<std::uint64_t> records = 0;     // in them
    std::atomic<std::int64_t> last_change = 0;  // the store's, once something was written
  };
  const Work& done() const { return done_; }

  // Return how many calls wait, and how many of them are webhooks of a licence. Any thread.
  std::size_t waiting() const;
  std::size_t waiting_webhooks(LicenseId license) const;

 private:
  using Time = std::chrono::steady_clock::time_point;

  struct Erasure {
    LicenseId license;
    chat::Deletion deletion;
    api::Intake::Deleted done;
  };

  void work();
  // Returns false at the end.
  bool wait_for_work();
  void erase_some();
  void begin(Erasure erasure);
  void go_on_erasing();
  void go_on_compacting();
  void erase_what_is_old();
  Result<void> carry_out(store::DeletionStep& step);
  bool is_late() const;
  void leave_processor(std::chrono::steady_clock::duration time);
  void write_webhooks();
  void write_slice_of_bodies();
  // Writes groups in one transaction until is_enough. Moves those written whole to written_, puts
  // the others back, and answers those that failed.
  void write(api::Channel channel, std::vector<WriteGroup> groups,
             const std::function<bool()>& is_enough);
  Result<store::WriteSummary> write_together(const std::vector<WriteGroup>& groups,
                                             const std::function<bool()>& is_enough);
  // Makes everything written visible, and answers written_.
  void show();
  Result<void> replay();
  void log(const Error& error);

  const std::unique_ptr<store::Store> store_;
  engine::Engine& engine_;
  const WriterCallbacks callbacks_;
  store::Damage damage_;             // the last for damage_found; for the writer's thread only
  std::vector<WriteGroup> written_;  // durable, not yet visible; likewise
  // Likewise for the writer's thread only: removals that the engine does not have yet; whether a
  // deletion is under way, and when to go on after an error; who waits for an agent's; and when
  // old chats are looked for again, and what was found before.
  std::vector<chat::Change> removals_;
  bool is_erasing_ = true;  // from before the start, perhaps
  bool is_compacting_ = false;
  Time goes_on_at_ = Time::min();
  Time compacts_at_ = Time::min();
  struct OfAgent {
    Erasure erasure;
    std::uint64_t changed = 0;  // chats
  };
  std::map<ChangeNumber, OfAgent> of_agents_;  // by the number of the deletion
  Time looks_for_old_at_ = Time::min();
  std::map<LicenseId, Instant> kept_from_;
  Work done_;
  std::string last_logged_;  // likewise
  std::optional<Time> last_logged_at_;
  Stamps stamps_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  WriteQueue queue_;                                              // guarded by mutex_
  std::deque<Erasure> erasures_;                                  // guarded by mutex_
  bool is_ending_ = false;                                        // guarded by mutex_
  std::chrono::steady_clock::time_point stops_at_ = Time::max();  // guarded by mutex_
  std::thread writer_;                                            // last: it uses all of the above
};

}  // namespace chatreports::app
