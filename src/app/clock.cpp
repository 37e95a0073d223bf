#include "app/clock.h"

#include <ctime>

namespace chatreports::app {

Instant now() {
  // The standard library's clock counts nanoseconds in 64 bits, which end in the year 2262.
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  return Instant(std::chrono::seconds(time.tv_sec) + Duration(time.tv_nsec / 1'000));
}

}  // namespace chatreports::app
