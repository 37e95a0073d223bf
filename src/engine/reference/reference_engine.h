#pragma once
// The judge: an engine that loops over plain values and is too simple to be wrong. For tests; it
// remembers every thread and looks at each for every plan.

#include <memory>

#include "engine/engine.h"

namespace chatreports::engine {

std::unique_ptr<Engine> make_reference_engine();

}  // namespace chatreports::engine
