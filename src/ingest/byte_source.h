#pragma once
// A stream of input bytes. Packed data is recognized by its first bytes, and unpacked.

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>

#include "base/byte_reader.h"
#include "base/error.h"

namespace chatreports::ingest {

// For truncated or damaged data, read() fails after it has returned all bytes before the damage.
// Several gzip members or zstd frames in a row are one stream.
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

// What a file is read as.
enum class Content : std::uint8_t { records, table };

// Unpacks gzip and zstd. "-" is standard input. The error names the file and the reason. read()
// fails at once if the bytes can't be the content (ingest/input_form.h).
Result<std::unique_ptr<ByteSource>> open_file(const std::string& path,
                                              Content content = Content::records);
// Likewise for bytes that are read in another way; borrows `bytes`. `name` is for messages, and
// `total` the number of bytes.
std::unique_ptr<ByteSource> open_named(ByteReader& bytes, const std::string& name,
                                       std::uint64_t total, Content content = Content::records);
// The body of a request; borrows `bytes`. Unpacks gzip alone.
std::unique_ptr<ByteSource> open_stream(ByteReader& bytes, UnpackingLimits limits = {});
// For tests; borrows `bytes`. Also unpacks gzip.
std::unique_ptr<ByteSource> open_memory(std::span<const char> bytes);

}  // namespace chatreports::ingest
