#pragma once
// A stream of bytes: from a file, from memory or from a connection.

#include <cstddef>
#include <span>

#include "base/error.h"

namespace chatreports {

class ByteReader {
 public:
  virtual ~ByteReader() = default;
  // Waits for at least one byte, and reads those that are there into `into`; 0 at the end.
  virtual Result<std::size_t> read(std::span<char> into) = 0;
};

}  // namespace chatreports
