#pragma once
// A stream of input bytes. Gzip is recognized by its first two bytes, and unpacked.

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>

#include "base/byte_reader.h"
#include "base/error.h"

namespace chatreports::ingest {

// For truncated or damaged gzip, read() fails after it has returned all bytes before the damage.
// Several gzip members in a row are one stream.
class ByteSource : public ByteReader {
 public:
  // The number of bytes that were read, before unpacking, for the progress bar. Another thread may
  // be reading.
  virtual std::uint64_t bytes_consumed() const = 0;
  // The file's size; 0 if it is not known (a pipe).
  virtual std::uint64_t bytes_total() const = 0;
  // Returns whether read() has failed because a limit on unpacked bytes was exceeded.
  virtual bool is_too_large() const = 0;
};

// Limits on what gzip may unpack to.
struct UnpackingLimits {
  std::uint64_t max_bytes = std::numeric_limits<std::uint64_t>::max();
  // A megabyte of blanks packs to a thousand bytes. After the first `free_bytes`, the unpacked
  // bytes for each packed one; 0: any number.
  std::uint64_t max_ratio = 0;
  std::uint64_t free_bytes = std::uint64_t{16} << 20;
};

// "-" is standard input. The error names the file and the reason.
Result<std::unique_ptr<ByteSource>> open_file(const std::string& path);
// The body of a request; borrows `bytes`.
std::unique_ptr<ByteSource> open_stream(ByteReader& bytes, UnpackingLimits limits = {});
// For tests; borrows `bytes`. Also unpacks gzip.
std::unique_ptr<ByteSource> open_memory(std::span<const char> bytes);

}  // namespace chatreports::ingest
