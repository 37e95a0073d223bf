#pragma once
// The reference engine loops over plain values and is too simple to be wrong. It is for tests: it
// remembers every thread and looks at each of them for every plan. Open it with engine/open.h.

#include <memory>

#include "engine/engine.h"

namespace chatreports::engine {

struct ReferenceOptions {};

std::unique_ptr<Engine> make_reference_engine();

}  // namespace chatreports::engine
