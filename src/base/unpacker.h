#pragma once
// A packed stream of bytes, unpacked piece by piece.

#include <cstddef>
#include <span>
#include <string_view>

#include "base/error.h"

namespace chatreports {

class Unpacker {
 public:
  virtual ~Unpacker() = default;

  struct Progress {
    std::size_t consumed = 0;  // packed bytes
    std::size_t produced = 0;  // unpacked bytes
  };
  // Unpacks as much of `packed` as fits into `unpacked`. The error says what is wrong with the
  // packed data, without its origin; all bytes before the damage have been produced.
  virtual Result<Progress> unpack(std::span<const char> packed, std::span<char> unpacked) = 0;
  // Returns whether the packed bytes may end here: a part is complete, and no other has begun.
  virtual bool may_end() const = 0;
  // "gzip", for messages.
  virtual std::string_view name() const = 0;
};

}  // namespace chatreports
