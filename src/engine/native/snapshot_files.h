#pragma once
// A snapshot as the files of an image folder.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "base/error.h"
#include "engine/engine.h"
#include "engine/idle_threads.h"
#include "engine/native/files/image_folder.h"
#include "engine/native/snapshot.h"

namespace chatreports::engine::native {

// Chunks that were written to files, by the chunks in memory that they replace. Holding the latter
// keeps their addresses from being used again.
template <class Chunk>
using InFiles = std::map<std::shared_ptr<const Chunk>, std::shared_ptr<const Chunk>>;
using WrittenChunks = ForEachPart<InFiles>;

// Reads what write_manifest has written. Returns nothing if there is no manifest or `accepts`
// refuses it.
Result<std::optional<Snapshot>> read_snapshot(ImageFolder& folder, const Engine::Accepts& accepts,
                                              IdleThreads& idle_threads);

// Writes the chunks that are in memory only. After an error, `written` holds those that were
// written before.
Result<void> write_chunks(const Snapshot& snapshot, ImageFolder& folder, WrittenChunks& written);

// Replaces the chunks that are in `written` and still in the snapshot.
void replace_chunks(Snapshot& snapshot, const WrittenChunks& written);

// Makes the snapshot what read_snapshot returns. All of its chunks are in files.
Result<void> write_manifest(const Snapshot& snapshot, std::int64_t origin, ImageFolder& folder);

}  // namespace chatreports::engine::native
