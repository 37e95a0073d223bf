#pragma once
// SIGINT, SIGTERM and optionally SIGHUP, as values that a thread waits for.

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <thread>

namespace chatreports::app {

// Make it before any other thread starts: it blocks the signals in all threads, for the rest of the
// process's life. For the thread that made it, except for wake().
class StopSignals {
 public:
  enum class Hangup : std::uint8_t { ends_the_process, is_waited_for };
  explicit StopSignals(Hangup hangup = Hangup::ends_the_process);
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Waits for a signal; returns nothing after `timeout`, if one is given. Only this function sees
  // SIGHUP.
  std::optional<int> wait(std::optional<std::chrono::milliseconds> timeout);
  // Returns the signal that came; nothing after `timeout`, or after wake().
  std::optional<int> wait_for(std::chrono::milliseconds timeout);
  // Ends the current or the next wait_for. Any thread.
  void wake();

 private:
  const pthread_t waiter_;
  sigset_t stops_;    // SIGINT, SIGTERM and the signal of wake()
  sigset_t signals_;  // these, and SIGHUP if it is waited for
};

// Makes SIGINT and SIGTERM end the process at once while it exists, for work that can't be
// interrupted and loses nothing. Nobody may wait for StopSignals meanwhile.
class EndAtSignal {
 public:
  // The exit code of the process; without one, 128 + the signal's number.
  explicit EndAtSignal(std::optional<int> exit_code);
  // Without an exit code. Also ends the process after `timeout`, with the exit code that `too_late`
  // returns.
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
