#include "app/stop_signals.h"

#include <ctime>

#include "base/check.h"

namespace chatreports::app {
namespace {

constexpr int wake_signal = SIGUSR1;

}  // namespace

StopSignals::StopSignals() : waiter_(::pthread_self()) {
  ::sigemptyset(&signals_);
  ::sigaddset(&signals_, SIGINT);
  ::sigaddset(&signals_, SIGTERM);
  ::sigaddset(&signals_, wake_signal);
  CHECK(::pthread_sigmask(SIG_BLOCK, &signals_, nullptr) == 0);
}

int StopSignals::wait() {
  while (true) {
    const int received = ::sigwaitinfo(&signals_, nullptr);
    if (received == SIGINT || received == SIGTERM) return received;
  }
}

std::optional<int> StopSignals::wait_for(std::chrono::milliseconds timeout) {
  const timespec time{timeout.count() / 1'000, (timeout.count() % 1'000) * 1'000'000};
  const int received = ::sigtimedwait(&signals_, nullptr, &time);
  if (received == SIGINT || received == SIGTERM) return received;
  return {};
}

void StopSignals::wake() {
  ::pthread_kill(waiter_, wake_signal);
}

}  // namespace chatreports::app
