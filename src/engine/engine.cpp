#include "engine/engine.h"

namespace chatreports::engine {

Result<bool> Engine::restore(const Accepts&) {
  return false;
}

Result<void> Engine::move_to_files() {
  return {};
}

Result<void> Engine::save(std::int64_t) {
  return {};
}

}  // namespace chatreports::engine
