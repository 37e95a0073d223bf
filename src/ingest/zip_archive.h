#pragma once
// The members of a zip archive, one after the other. Only this file's source includes minizip.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/byte_reader.h"
#include "base/error.h"

namespace chatreports::ingest {

// Holds neither the archive nor a member in memory. For one thread, except for packed_bytes_read.
class ZipArchive final : public ByteReader {
 public:
  // Fails if the file has no directory of members at its end, as one that was cut short.
  static Result<std::unique_ptr<ZipArchive>> open(const std::string& path);
  ~ZipArchive() override;
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  // Goes to the next member, in the order of the archive. Returns its name; nothing after the last.
  Result<std::optional<std::string>> next();

  // Unpacks bytes of the member; 0 at its end. Fails if it is encrypted, damaged, or packed in
  // another way than zip usually does. The error names the archive and the member, and says that
  // those after it are not read: the caller stops if has_failed().
  Result<std::size_t> read(std::span<char> into) override;
  bool has_failed() const { return state_ == State::failed; }

  // The size of the unpacked member, as the archive tells it.
  std::uint64_t size() const { return size_; }
  // The number of bytes of the file that were read for its members so far. Any thread.
  std::uint64_t packed_bytes_read() const { return packed_bytes_read_; }

 private:
  struct File;
  enum class State : std::uint8_t { not_begun, open, ended, failed };  // of the member
  ZipArchive(std::string path, std::unique_ptr<File> file);
  Result<void> begin_member();
  Result<std::size_t> end_member();
  std::unexpected<Error> refused(const std::string& why);

  const std::string path_;
  const std::unique_ptr<File> file_;
  bool is_at_first_ = true;  // or before it
  std::string member_;
  std::uint64_t size_ = 0;
  State state_ = State::ended;
  std::uint64_t packed_bytes_before_ = 0;  // of earlier members
  std::atomic<std::uint64_t> packed_bytes_read_ = 0;
};

}  // namespace chatreports::ingest
