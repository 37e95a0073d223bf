#include "pull/wait.h"

#include <condition_variable>
#include <mutex>

namespace chatreports::pull {

void wait_for(Duration time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopping;
  std::unique_lock lock(mutex);
  stopping.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace chatreports::pull
