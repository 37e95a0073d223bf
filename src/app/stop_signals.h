#pragma once
// SIGINT and SIGTERM as values that a thread waits for, instead of handlers that interrupt it.

#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <optional>

namespace chatreports::app {

// Made before any other thread is started: the signals are blocked in all of them, for the rest of
// the process's life. Used by the thread that made it, except for wake().
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Sleeps until a signal comes.
  int wait();
  // The signal that came; nothing when the time is over, or somebody has called wake().
  std::optional<int> wait_for(std::chrono::milliseconds timeout);
  // Ends a wait_for, the one now or the next. Any thread.
  void wake();

 private:
  const pthread_t waiter_;
  sigset_t signals_;  // and the one that stands for wake()
};

}  // namespace chatreports::app
