#pragma once
// How much the calling thread gives way to others on a busy machine, for the rest of its life.

namespace chatreports::app {

// As nice(1): 0 not at all, 19 to everybody.
void give_way(int niceness);

}  // namespace chatreports::app
