#pragma once
// All that is known of a licence consists of parts, and each part of chunks: immutable pieces, one
// file each. A part is described by the class of its chunks; parts/license_parts.h lists them all.

#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "chat/thread.h"
#include "engine/native/files/image.h"
#include "engine/native/parts/chunk_sizes.h"

namespace chatreports::engine::native {

// A licence's changes of one batch, in their order, without removals.
using LicenseChanges = std::span<const chat::Change* const>;

// Calls visit(change) for each change of the type `What`.
template <class What, class Visit>
void for_each_change(LicenseChanges changes, Visit visit) {
  for (const chat::Change* change : changes) {
    if (const auto* what = std::get_if<What>(&change->what)) visit(*what);
  }
}

template <class Chunk>
using Chunks = std::vector<std::shared_ptr<const Chunk>>;

template <class Chunk>
concept PartChunk =
    requires(const Chunk& chunk, const Chunks<Chunk>& chunks, LicenseChanges changes,
             const chat::Removal& removal, std::shared_ptr<const Image> image) {
      // Tells the part's files from those of other parts.
      { Chunk::image_kind } -> std::convertible_to<ImageKind>;
      // Returns the chunks after the changes; those that no change concerns stay the same objects.
      // Each part picks the changes that concern it.
      { Chunk::apply(chunks, changes, ChunkSizes()) } -> std::same_as<Chunks<Chunk>>;
      // Likewise after a removal.
      { Chunk::remove(chunks, removal, ChunkSizes()) } -> std::same_as<Chunks<Chunk>>;
      // Returns the chunk as its file holds it.
      { chunk.pack() } -> std::same_as<std::shared_ptr<const Image>>;
      // Unpacks a chunk.
      Chunk(image);
      // Returns the number of the file that the chunk was unpacked from; 0 if it was made in
      // memory.
      { chunk.file() } -> std::same_as<std::uint64_t>;
      // Returns its size, in memory and in a mapped file together.
      { chunk.bytes() } -> std::same_as<std::size_t>;
    };

}  // namespace chatreports::engine::native
