#pragma once
// gzip, both ways; the only includer of zlib.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace chatreports {

// The text as one gzip member, packed fast rather than small.
std::string gzip(std::string_view text);

// The contents of all members together, whole or not at all. If they are longer than `max_bytes`,
// the first max_bytes + 1 of them. The error says what is wrong with the gzip data.
Result<std::string> gunzip(std::string_view packed, std::size_t max_bytes);

// Unpacks gzip members that follow one another, piece by piece.
class Gunzip {
 public:
  Gunzip();
  ~Gunzip();
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  struct Progress {
    std::size_t consumed = 0;  // of the packed bytes
    std::size_t produced = 0;  // of the unpacked ones
  };
  // Unpacks as much of `packed` as fits into `unpacked`. The error says what is wrong with the
  // gzip data, and nothing of where it came from. Zeros after a member are padding.
  Result<Progress> unpack(std::span<const char> packed, std::span<char> unpacked);
  // Whether the packed bytes may end here: a member is complete and no other has begun.
  bool may_end() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports
