#include "app/give_way.h"

#include <sys/resource.h>
#include <unistd.h>

namespace chatreports::app {

void give_way(int niceness) {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
}

}  // namespace chatreports::app
