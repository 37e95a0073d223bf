#pragma once
// The embedded engine: everything in memory, in segments; see ARCHITECTURE.md, "The native engine".

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/engine.h"
#include "engine/native/parts/ordered_chunks.h"

namespace chatreports::engine {

struct NativeOptions {
  native::ChunkSizes segments = {};  // small ones are for tests
  // Where segments are kept as files; empty: in memory alone.
  std::string folder = {};
};

struct NativeSize {
  std::uint64_t licenses = 0;
  std::uint64_t chats = 0;
  std::uint64_t segments = 0;
  // That the facts take: of memory, and of mapped files, which the kernel keeps in memory as long
  // as there is room.
  std::uint64_t bytes = 0;
};

class NativeEngine : public Engine {
 public:
  // What is visible now. Any thread.
  virtual NativeSize size() const = 0;

  // Takes up what was saved in the folder, if `accepts` says so of its origin and of the last
  // change that it holds; to be called first, or not at all. Answers whether it did: not where
  // nothing is saved. An error where what is saved cannot be used: damaged, or of another version
  // of the program. In both cases the engine is empty, and the next save replaces what is there.
  using Accepts = std::function<bool(std::int64_t origin, ChangeNumber last)>;
  virtual Result<bool> restore(const Accepts& accepts) = 0;

  // Says that all changes up to this one were applied: those that were not given were nothing for
  // an engine. From now on applied() is this one, or a later one. As apply.
  virtual void has_all_up_to(ChangeNumber last) = 0;

  // Moves segments from memory into files, so that the kernel may drop them. One caller at a time
  // of this and save; beside apply and run.
  virtual Result<void> move_to_files() = 0;

  // Writes to the folder what restore takes up: all that is visible when it is called, which must
  // be all changes up to applied(). The origin tells the caller what history the changes are of.
  // Crashes and errors leave what was saved before.
  virtual Result<void> save(std::int64_t origin) = 0;
};

std::unique_ptr<NativeEngine> make_native_engine(NativeOptions options = {});

}  // namespace chatreports::engine
