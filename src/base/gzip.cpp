#include "base/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "base/check.h"

namespace chatreports {
namespace {

constexpr int gzip_only_window_bits = 15 + 16;
constexpr std::size_t max_step_bytes = std::numeric_limits<uInt>::max();

}  // namespace

struct Gunzip::Implementation {
  z_stream stream{};
  bool between_members = false;
};

Gunzip::Gunzip() : implementation_(std::make_unique<Implementation>()) {
  // It can only fail for lack of memory: the version and the window are known at compile time.
  if (inflateInit2(&implementation_->stream, gzip_only_window_bits) != Z_OK) throw std::bad_alloc();
}

Gunzip::~Gunzip() {
  inflateEnd(&implementation_->stream);
}

bool Gunzip::may_end() const {
  return implementation_->between_members;
}

Result<Unpacker::Progress> Gunzip::unpack(std::span<const char> packed, std::span<char> unpacked) {
  z_stream& stream = implementation_->stream;
  std::size_t padding = 0;
  if (implementation_->between_members) {
    while (padding < packed.size() && packed[padding] == 0) ++padding;
    if (padding == packed.size()) return Progress{padding, 0};
    inflateReset(&stream);
    implementation_->between_members = false;
  }
  const std::span<const char> rest = packed.subspan(padding);
  const std::size_t given = std::min(rest.size(), max_step_bytes);
  const std::size_t room = std::min(unpacked.size(), max_step_bytes);
  // zlib does not write through next_in, although its type allows it.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest.data()));
  stream.avail_in = static_cast<uInt>(given);
  stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
  stream.avail_out = static_cast<uInt>(room);
  const int status = inflate(&stream, Z_NO_FLUSH);
  const Progress progress{padding + given - stream.avail_in, room - stream.avail_out};
  switch (status) {
    case Z_STREAM_END:
      implementation_->between_members = true;
      return progress;
    case Z_OK:
    case Z_BUF_ERROR:  // it needs more bytes or more room
      return progress;
    case Z_MEM_ERROR:
      return failed("no memory to unpack the gzip data");
    default:
      // Returns the bytes before the damage now, and fails at the next call.
      if (progress.produced > 0) return progress;
      return invalid("the gzip data is damaged");
  }
}

Result<std::string> gunzip(std::string_view packed, std::size_t max_bytes) {
  constexpr std::size_t most_at_once = std::size_t{64} << 10;
  Gunzip gunzip;
  std::span<const char> rest = packed;
  std::string text;
  while (text.size() <= max_bytes) {
    const std::size_t before = text.size();
    text.resize(before + std::min(most_at_once, max_bytes + 1 - before));
    const auto progress = gunzip.unpack(rest, std::span(text).subspan(before));
    if (!progress) return std::unexpected(progress.error());
    text.resize(before + progress->produced);
    rest = rest.subspan(progress->consumed);
    if (progress->consumed > 0 || progress->produced > 0) continue;
    if (gunzip.may_end() && rest.empty()) return text;
    return invalid("the gzip data is cut off");
  }
  return text;
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_only_window_bits, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace chatreports
