#pragma once
// The embedded engine: it keeps everything in memory, in segments; see ARCHITECTURE.md, "The native
// engine". Open it with engine/open.h.

#include <memory>
#include <string>

#include "engine/engine.h"
#include "engine/idle_threads.h"
#include "engine/native/parts/chunk_sizes.h"

namespace chatreports::engine {

struct NativeOptions {
  native::ChunkSizes chunks = {};  // smaller ones are for tests
  // The folder of the engine's files; empty: the engine keeps everything in memory.
  std::string folder = {};
  // Help with long questions and at the start; null: nobody helps. Borrowed; they must outlive the
  // engine. Several engines may share them.
  IdleThreads* idle_threads = nullptr;
};

std::unique_ptr<Engine> make_native_engine(NativeOptions options);

}  // namespace chatreports::engine
