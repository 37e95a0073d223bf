#pragma once
// Bytes of an import, gzip recognised by its first two bytes and unpacked on the way.

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>

#include "base/byte_reader.h"
#include "base/error.h"

namespace chatreports::ingest {

// Truncated or damaged gzip is an error of read(), after all bytes before the damage have been
// answered. Several gzip members in a row are one stream.
class ByteSource : public ByteReader {
 public:
  // How many bytes of the file were read (before unpacking), for the progress bar. May be asked
  // while another thread reads.
  virtual std::uint64_t bytes_consumed() const = 0;
  // The file's size; 0 where nobody knows (a pipe).
  virtual std::uint64_t bytes_total() const = 0;
  // Whether read() has failed because a limit on unpacked bytes was passed.
  virtual bool is_too_large() const = 0;
};

// How much gzip may unpack to.
struct UnpackingLimits {
  std::uint64_t max_bytes = std::numeric_limits<std::uint64_t>::max();
  // A megabyte of blanks packs to a thousand bytes. Beyond `free_bytes` so many bytes may come of
  // one; 0: any number.
  std::uint64_t max_ratio = 0;
  std::uint64_t free_bytes = std::uint64_t{16} << 20;
};

// "-" is standard input. The error names the file and what is wrong with it.
Result<std::unique_ptr<ByteSource>> open_file(const std::string& path);
// The body of a request as it comes; `bytes` is borrowed.
std::unique_ptr<ByteSource> open_stream(ByteReader& bytes, UnpackingLimits limits = {});
// For tests; `bytes` are borrowed. Gzip is unpacked here, too.
std::unique_ptr<ByteSource> open_memory(std::span<const char> bytes);

}  // namespace chatreports::ingest
