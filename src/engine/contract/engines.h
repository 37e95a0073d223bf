#pragma once
// The engines under test: the contract, the golden cases and the random tests all use this list.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace chatreports::engine::contract {

// The random worlds that it is worth testing an engine on: of a few dozen threads, or of thousands.
enum class Worlds : std::uint8_t { small, large, any };

struct EngineUnderTest {
  std::string name;
  std::function<std::unique_ptr<Engine>()> open;  // a new one each time
  Worlds worlds = Worlds::any;
};

// Return all engines, or those that are worth testing on such worlds. The reference engine comes
// first.
const std::vector<EngineUnderTest>& engines();
std::vector<EngineUnderTest> engines_for(Worlds worlds);

}  // namespace chatreports::engine::contract
