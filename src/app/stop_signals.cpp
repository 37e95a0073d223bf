#include "app/stop_signals.h"

#include <ctime>

#include "base/check.h"

namespace chatreports::app {
namespace {

constexpr int wake_signal = SIGUSR1;

}  // namespace

StopSignals::StopSignals(Hangup hangup) : waiter_(::pthread_self()) {
  ::sigemptyset(&stops_);
  ::sigaddset(&stops_, SIGINT);
  ::sigaddset(&stops_, SIGTERM);
  ::sigaddset(&stops_, wake_signal);
  signals_ = stops_;
  if (hangup == Hangup::is_waited_for) ::sigaddset(&signals_, SIGHUP);
  CHECK(::pthread_sigmask(SIG_BLOCK, &signals_, nullptr) == 0);
}

int StopSignals::wait() {
  while (true) {
    const int received = ::sigwaitinfo(&signals_, nullptr);
    if (received > 0 && received != wake_signal) return received;
  }
}

std::optional<int> StopSignals::wait_for(std::chrono::milliseconds timeout) {
  const timespec time{timeout.count() / 1'000, (timeout.count() % 1'000) * 1'000'000};
  const int received = ::sigtimedwait(&stops_, nullptr, &time);
  if (received == SIGINT || received == SIGTERM) return received;
  return {};
}

void StopSignals::wake() {
  ::pthread_kill(waiter_, wake_signal);
}

}  // namespace chatreports::app
