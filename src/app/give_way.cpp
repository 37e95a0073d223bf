#include "app/give_way.h"

#include <sys/resource.h>
#include <unistd.h>

namespace chatreports::app {

void give_way(int niceness) {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
}

std::int64_t times_preempted() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nivcsw;
}

}  // namespace chatreports::app
