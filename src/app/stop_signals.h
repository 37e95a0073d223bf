#pragma once
// SIGINT and SIGTERM, and SIGHUP where it is wanted, as values that a thread waits for, instead of
// handlers that interrupt it.

#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <cstdint>
#include <optional>

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

}  // namespace chatreports::app
