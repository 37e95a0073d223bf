#pragma once
// Priorities of threads on a busy machine.

#include <cstdint>

namespace chatreports::app {

// Sets the niceness of the calling thread, as nice(1): 0 gives way to none, 19 to all others.
void give_way(int niceness);

// Returns how often the calling thread was preempted. It rises if more threads are ready to run
// than there are processors.
std::int64_t times_preempted();

}  // namespace chatreports::app
