#pragma once
// Packs and unpacks gzip. Only this file's source includes zlib.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace chatreports {

// Packs the text into one gzip member, for speed rather than size.
std::string gzip(std::string_view text);

// Unpacks all members into one text. If it is longer than `max_bytes`, returns its first
// max_bytes + 1 bytes. The error says what is wrong with the gzip data.
Result<std::string> gunzip(std::string_view packed, std::size_t max_bytes);

// Unpacks a sequence of gzip members, piece by piece.
class Gunzip {
 public:
  Gunzip();
  ~Gunzip();
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  struct Progress {
    std::size_t consumed = 0;  // packed bytes
    std::size_t produced = 0;  // unpacked bytes
  };
  // Unpacks as much of `packed` as fits into `unpacked`. The error says what is wrong with the
  // gzip data, without its origin. Zeros after a member are padding.
  Result<Progress> unpack(std::span<const char> packed, std::span<char> unpacked);
  // Returns whether the packed bytes may end here: a member is complete, and no other has begun.
  bool may_end() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports
