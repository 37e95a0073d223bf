#pragma once
// Bytes that come one after the other: from a file, from memory, from a connection.

#include <cstddef>
#include <span>

#include "base/error.h"

namespace chatreports {

class ByteReader {
 public:
  virtual ~ByteReader() = default;
  // Waits for at least one byte and fills as much of `into` as there is at once; 0 at the end.
  virtual Result<std::size_t> read(std::span<char> into) = 0;
};

}  // namespace chatreports
