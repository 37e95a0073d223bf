#pragma once
// SIGINT and SIGTERM, and SIGHUP where it is wanted, as values that a thread waits for, instead of
// handlers that interrupt it.

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <thread>

namespace chatreports::app {

// Made before any other thread is started: the signals are blocked in all of them, for the rest of
// the process's life. Used by the thread that made it, except for wake().
class StopSignals {
 public:
  enum class Hangup : std::uint8_t { ends_the_process, is_waited_for };
  explicit StopSignals(Hangup hangup = Hangup::ends_the_process);
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Sleeps until a signal comes. SIGHUP waits for this; a wait_for does not see it.
  int wait();
  // The signal that came; nothing when the time is over, or somebody has called wake().
  std::optional<int> wait_for(std::chrono::milliseconds timeout);
  // Ends a wait_for, the one now or the next. Any thread.
  void wake();

 private:
  const pthread_t waiter_;
  sigset_t stops_;    // and the signal that stands for wake()
  sigset_t signals_;  // these, and SIGHUP where it is waited for
};

// While it lives, nobody waits for StopSignals, and SIGINT or SIGTERM ends the process at once: for
// work that can't be interrupted and loses nothing by that.
class EndAtSignal {
 public:
  // Without an exit code: 128 + the signal's number.
  explicit EndAtSignal(std::optional<int> exit_code);
  // Without an exit code. Ends the process after `timeout`, too; calls `too_late` before, whose
  // answer is the exit code then.
  EndAtSignal(std::chrono::milliseconds timeout, std::function<int()> too_late);
  ~EndAtSignal();
  EndAtSignal(const EndAtSignal&) = delete;
  EndAtSignal& operator=(const EndAtSignal&) = delete;

 private:
  void watch(std::optional<std::chrono::milliseconds> timeout) const;

  std::atomic<bool> is_over_ = false;
  const std::optional<int> exit_code_;
  const std::function<int()> too_late_;
  std::thread watcher_;  // last: it uses all of the above
};

}  // namespace chatreports::app
