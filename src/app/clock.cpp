#include "app/clock.h"

#include <chrono>

namespace chatreports::app {

Instant now() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count()};
}

}  // namespace chatreports::app
