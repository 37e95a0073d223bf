#include "app/stop_signals.h"

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "base/check.h"

namespace chatreports::app {
namespace {

constexpr int wake_signal = SIGUSR1;

// The signals that end the process, and the one that wake() sends.
sigset_t stopping_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  ::sigaddset(&signals, wake_signal);
  return signals;
}

timespec timespec_of(std::chrono::milliseconds time) {
  return {time.count() / 1'000, (time.count() % 1'000) * 1'000'000};
}

}  // namespace

StopSignals::StopSignals(Hangup hangup)
    : waiter_(::pthread_self()), stops_(stopping_signals()), signals_(stops_) {
  if (hangup == Hangup::is_waited_for) ::sigaddset(&signals_, SIGHUP);
  CHECK(::pthread_sigmask(SIG_BLOCK, &signals_, nullptr) == 0);
}

std::optional<int> StopSignals::wait(std::optional<std::chrono::milliseconds> timeout) {
  const timespec time = timespec_of(timeout.value_or(std::chrono::milliseconds(0)));
  while (true) {
    const int received =
        timeout ? ::sigtimedwait(&signals_, nullptr, &time) : ::sigwaitinfo(&signals_, nullptr);
    if (received > 0 && received != wake_signal) return received;
    if (timeout && received < 0 && errno == EAGAIN) return std::nullopt;
  }
}

std::optional<int> StopSignals::wait_for(std::chrono::milliseconds timeout) {
  const timespec time = timespec_of(timeout);
  const int received = ::sigtimedwait(&stops_, nullptr, &time);
  if (received == SIGINT || received == SIGTERM) return received;
  return {};
}

void StopSignals::wake() {
  ::pthread_kill(waiter_, wake_signal);
}

EndAtSignal::EndAtSignal(std::optional<int> exit_code)
    : exit_code_(exit_code), watcher_([this] { watch({}); }) {}

EndAtSignal::EndAtSignal(std::chrono::milliseconds timeout, std::function<int()> too_late)
    : too_late_(std::move(too_late)), watcher_([this, timeout] { watch(timeout); }) {}

EndAtSignal::~EndAtSignal() {
  is_over_ = true;
  ::pthread_kill(watcher_.native_handle(), wake_signal);
  watcher_.join();
}

void EndAtSignal::watch(std::optional<std::chrono::milliseconds> timeout) const {
  using Clock = std::chrono::steady_clock;
  const sigset_t signals = stopping_signals();
  const Clock::time_point begin = Clock::now();
  while (!is_over_) {
    int received = 0;
    if (timeout) {
      const auto passed =
          std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
      if (passed >= *timeout) std::_Exit(too_late_());
      const timespec time = timespec_of(*timeout - passed);
      received = ::sigtimedwait(&signals, nullptr, &time);
    } else {
      received = ::sigwaitinfo(&signals, nullptr);
    }
    if (received == SIGINT || received == SIGTERM) {
      std::_Exit(exit_code_.value_or(128 + received));
    }
  }
}

}  // namespace chatreports::app
