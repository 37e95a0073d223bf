#include "base/zstd.h"

#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <new>
#include <optional>

namespace chatreports {
namespace {

// The window of `zstd -19` and of `zstd --long`; the library's own limit.
constexpr int max_window_log = 27;

Error why_not_unpacked(std::size_t status) {
  switch (ZSTD_getErrorCode(status)) {
    case ZSTD_error_frameParameter_windowTooLarge:
      return {ErrorKind::invalid,
              fmt::format("the zstd data needs {} MiB of memory or more; pack it again without "
                          "--long or --ultra",
                          2 << (max_window_log - 20))};
    case ZSTD_error_memory_allocation:
      return {ErrorKind::failed, "no memory to unpack the zstd data"};
    case ZSTD_error_dictionary_wrong:
      return {ErrorKind::invalid, "the zstd data was packed with a dictionary; pack it without"};
    default:
      return {ErrorKind::invalid, "the zstd data is damaged"};
  }
}

}  // namespace

struct Unzstd::Implementation {
  ZSTD_DCtx* context = ZSTD_createDCtx();
  std::size_t wanted_at_begin = 0;  // packed bytes, of a frame
  std::size_t wanted = 0;           // packed bytes, up to the end of a block
  bool between_frames = false;
  std::optional<Error> failure;
};

Unzstd::Unzstd() : implementation_(std::make_unique<Implementation>()) {
  if (implementation_->context == nullptr) throw std::bad_alloc();
  implementation_->wanted_at_begin = ZSTD_initDStream(implementation_->context);
  implementation_->wanted = implementation_->wanted_at_begin;
  ZSTD_DCtx_setParameter(implementation_->context, ZSTD_d_windowLogMax, max_window_log);
}

Unzstd::~Unzstd() {
  ZSTD_freeDCtx(implementation_->context);
}

bool Unzstd::may_end() const {
  return implementation_->between_frames;
}

Result<Unpacker::Progress> Unzstd::unpack(std::span<const char> packed, std::span<char> unpacked) {
  if (implementation_->failure) return std::unexpected(*implementation_->failure);
  if (implementation_->between_frames && packed.empty()) return Progress{};
  // No more than a block at once: where the library finds damage, it does not say how much it has
  // unpacked before.
  ZSTD_inBuffer input{packed.data(), std::min(packed.size(), implementation_->wanted), 0};
  ZSTD_outBuffer output{unpacked.data(), unpacked.size(), 0};
  const std::size_t status = ZSTD_decompressStream(implementation_->context, &output, &input);
  if (ZSTD_isError(status) != 0) {
    implementation_->failure = why_not_unpacked(status);
    return std::unexpected(*implementation_->failure);
  }
  implementation_->between_frames = status == 0;
  implementation_->wanted = status == 0 ? implementation_->wanted_at_begin : status;
  return Progress{input.pos, output.pos};
}

}  // namespace chatreports
