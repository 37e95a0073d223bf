#pragma once
// How a thread gives way to others on a busy machine.

#include <cstdint>

namespace chatreports::app {

// As nice(1), for the rest of the calling thread's life: 0 not at all, 19 to everybody.
void give_way(int niceness);

// How often the calling thread was taken off a processor while it could have gone on. It rises
// where there are more threads to run than processors.
std::int64_t times_preempted();

}  // namespace chatreports::app
