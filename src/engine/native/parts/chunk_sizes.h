#pragma once

#include <cstddef>
#include <cstdint>

namespace chatreports::engine::native {

// How large chunks grow, see parts/ordered_chunks.h.
struct ChunkSizes {
  std::uint32_t most_rows = 65'536;                // in a chunk
  std::uint32_t tail_rows = 1'024;                 // in the last chunk; then it is closed
  std::size_t most_bytes = std::size_t{64} << 20;  // a chunk of one row may exceed this
  std::size_t tail_bytes = std::size_t{1} << 20;
};

}  // namespace chatreports::engine::native
