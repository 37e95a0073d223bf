#pragma once
// Unpacks zstd. Only this file's source includes the library.

#include <memory>
#include <span>
#include <string_view>

#include "base/unpacker.h"

namespace chatreports {

// Unpacks a sequence of zstd frames. A frame takes up to 128 MiB of memory; one that needs more is
// an error.
class Unzstd final : public Unpacker {
 public:
  Unzstd();
  ~Unzstd() override;
  Unzstd(const Unzstd&) = delete;
  Unzstd& operator=(const Unzstd&) = delete;

  Result<Progress> unpack(std::span<const char> packed, std::span<char> unpacked) override;
  bool may_end() const override;
  std::string_view name() const override { return "zstd"; }

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports
