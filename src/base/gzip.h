#pragma once
// Packs and unpacks gzip. Only this file's source includes zlib.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/unpacker.h"

namespace chatreports {

// Packs the text into one gzip member, for speed rather than size.
std::string gzip(std::string_view text);

// Unpacks all members into one text. If it is longer than `max_bytes`, returns its first
// max_bytes + 1 bytes. The error says what is wrong with the gzip data.
Result<std::string> gunzip(std::string_view packed, std::size_t max_bytes);

// Unpacks a sequence of gzip members. Zeros after a member are padding.
class Gunzip final : public Unpacker {
 public:
  Gunzip();
  ~Gunzip() override;
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  Result<Progress> unpack(std::span<const char> packed, std::span<char> unpacked) override;
  bool may_end() const override;
  std::string_view name() const override { return "gzip"; }

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports
