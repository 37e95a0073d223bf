#pragma once
// The embedded engine: everything in memory, in segments; see ARCHITECTURE.md, "The native engine".

#include <cstdint>
#include <memory>

#include "engine/engine.h"
#include "engine/native/ordered_chunks.h"

namespace chatreports::engine {

struct NativeOptions {
  native::ChunkSizes segments;  // small ones are for tests
};

struct NativeSize {
  std::uint64_t licenses = 0;
  std::uint64_t chats = 0;
  std::uint64_t segments = 0;
  std::uint64_t bytes = 0;  // of memory that the facts take
};

class NativeEngine : public Engine {
 public:
  // What is visible now. Any thread.
  virtual NativeSize size() const = 0;
};

std::unique_ptr<NativeEngine> make_native_engine(NativeOptions options = {});

}  // namespace chatreports::engine
