#pragma once
// The engines there are. The program, benchmarks and tests open engines here, and include none.

#include <memory>
#include <variant>

#include "engine/engine.h"
#include "engine/native/native_engine.h"
#include "engine/reference/reference_engine.h"

namespace chatreports::engine {

// The alternative says which engine.
using EngineOptions = std::variant<NativeOptions, ReferenceOptions>;

std::unique_ptr<Engine> open_engine(EngineOptions options = NativeOptions{});

}  // namespace chatreports::engine
