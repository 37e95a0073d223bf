#include "ingest/byte_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <vector>

#include "base/check.h"
#include "base/gzip.h"
#include "base/zstd.h"
#include "ingest/input_form.h"

namespace chatreports::ingest {
namespace {

constexpr std::size_t min_buffer_bytes = std::size_t{4} << 10;
constexpr std::size_t max_buffer_bytes = std::size_t{256} << 10;
constexpr std::size_t bytes_of_sign = 4;  // of packed data

std::string reason_of(int error_number) {
  return std::generic_category().message(error_number);
}

// The bytes of a file, unchanged.
class FileBytes final : public ByteReader {
 public:
  FileBytes(int descriptor, bool is_ours, std::string name)
      : descriptor_(descriptor), is_ours_(is_ours), name_(std::move(name)) {}
  ~FileBytes() override {
    if (is_ours_) ::close(descriptor_);
  }
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  Result<std::size_t> read(std::span<char> into) override {
    while (true) {
      const ssize_t got = ::read(descriptor_, into.data(), into.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return failed(fmt::format("cannot read {}: {}", name_, reason_of(errno)));
    }
  }

 private:
  const int descriptor_;
  const bool is_ours_;
  const std::string name_;
};

class MemoryBytes final : public ByteReader {
 public:
  explicit MemoryBytes(std::span<const char> bytes) : rest_(bytes) {}

  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t length = std::min(into.size(), rest_.size());
    if (length > 0) std::memcpy(into.data(), rest_.data(), length);
    rest_ = rest_.subspan(length);
    return length;
  }

 private:
  std::span<const char> rest_;
};

class BorrowedBytes final : public ByteReader {
 public:
  explicit BorrowedBytes(ByteReader& bytes) : bytes_(bytes) {}

  Result<std::size_t> read(std::span<char> into) override { return bytes_.read(into); }

 private:
  ByteReader& bytes_;
};

enum class Packing { gzip, gzip_or_zstd };

// Unpacks raw bytes if they begin like packed ones, and passes others on unchanged.
class UnpackingSource final : public ByteSource {
 public:
  UnpackingSource(std::unique_ptr<ByteReader> raw, std::string name, std::uint64_t total,
                  Packing packing, UnpackingLimits limits = {})
      : raw_(std::move(raw)),
        name_(std::move(name)),
        total_(total),
        packing_(packing),
        limits_(limits) {}

  Result<std::size_t> read(std::span<char> into) override {
    if (into.empty()) return 0;
    if (!recognised_) {
      if (auto begun = recognise(); !begun) return std::unexpected(begun.error());
    }
    return unpacker_ ? read_packed(into) : read_plain(into);
  }

  std::uint64_t bytes_consumed() const override { return consumed_; }
  std::uint64_t bytes_total() const override { return total_; }
  bool is_too_large() const override { return is_too_large_; }

 private:
  // A pipe may give its first bytes one at a time.
  Result<void> recognise() {
    // Most bodies of requests are small, and need no large buffer.
    const std::uint64_t wanted = total_ == 0 ? max_buffer_bytes : total_;
    buffer_.resize(std::clamp<std::uint64_t>(wanted, min_buffer_bytes, max_buffer_bytes));
    while (end_ < bytes_of_sign && !at_end_) {
      if (auto more = read_more(); !more) return more;
    }
    recognised_ = true;
    const std::string_view begin(buffer_.data(), end_);
    if (begins_gzip(begin)) unpacker_ = std::make_unique<Gunzip>();
    if (begins_zstd(begin) && packing_ == Packing::gzip_or_zstd) {
      unpacker_ = std::make_unique<Unzstd>();
    }
    return {};
  }

  Result<void> read_more() {
    const auto got = raw_->read(std::span(buffer_).subspan(end_));
    if (!got) return std::unexpected(got.error());
    at_end_ = *got == 0;
    end_ += *got;
    consumed_ += *got;
    return {};
  }

  Result<std::size_t> read_plain(std::span<char> into) {
    if (begin_ < end_) {
      const std::size_t length = std::min(into.size(), end_ - begin_);
      std::memcpy(into.data(), buffer_.data() + begin_, length);
      begin_ += length;
      return length;
    }
    const auto got = raw_->read(into);
    if (got) consumed_ += *got;
    return got;
  }

  Result<std::size_t> read_packed(std::span<char> into) {
    while (true) {
      const auto unpacked =
          unpacker_->unpack(std::span(buffer_).subspan(begin_, end_ - begin_), into);
      if (!unpacked) {
        return std::unexpected(
            Error{unpacked.error().kind, fmt::format("{}: {}", name_, unpacked.error().message)});
      }
      begin_ += unpacked->consumed;
      unpacked_ += unpacked->produced;
      if (auto allowed = check_limits(); !allowed) return std::unexpected(allowed.error());
      if (unpacked->produced > 0) return unpacked->produced;
      if (begin_ < end_) continue;
      if (at_end_) break;
      begin_ = 0;
      end_ = 0;
      if (auto more = read_more(); !more) return std::unexpected(more.error());
    }
    if (unpacker_->may_end()) return 0;
    return invalid(
        fmt::format("{}: the {} data ends too early, it was cut short", name_, unpacker_->name()));
  }

  Result<void> check_limits() {
    if (unpacked_ > limits_.max_bytes) {
      is_too_large_ = true;
      return invalid(fmt::format("{}: it may have at most {} bytes when it is unpacked", name_,
                                 limits_.max_bytes));
    }
    if (limits_.max_ratio != 0 && unpacked_ > limits_.free_bytes &&
        (unpacked_ - limits_.free_bytes) / limits_.max_ratio > consumed_) {
      is_too_large_ = true;
      return invalid(
          fmt::format("{}: it may be at most {} times as large when it is unpacked, and {} bytes",
                      name_, limits_.max_ratio, limits_.free_bytes));
    }
    return {};
  }

  const std::unique_ptr<ByteReader> raw_;
  const std::string name_;
  const std::uint64_t total_;
  const Packing packing_;
  const UnpackingLimits limits_;
  std::uint64_t unpacked_ = 0;
  bool is_too_large_ = false;
  std::atomic<std::uint64_t> consumed_ = 0;
  bool recognised_ = false;
  std::unique_ptr<Unpacker> unpacker_;  // null: the bytes are not packed
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of the bytes in the buffer that nobody has taken
  std::size_t end_ = 0;
  bool at_end_ = false;  // of the raw bytes
};

// Looks at the first bytes, and fails if they can't be the content.
class CheckedSource final : public ByteSource {
 public:
  CheckedSource(std::unique_ptr<ByteSource> source, std::string name, Content content)
      : source_(std::move(source)), name_(std::move(name)), content_(content) {}

  Result<std::size_t> read(std::span<char> into) override {
    if (!is_checked_) {
      is_checked_ = true;
      look();
    }
    if (taken_ < begin_.size()) {
      const std::size_t length = begin_.copy(into.data(), into.size(), taken_);
      taken_ += length;
      return length;
    }
    if (error_) return std::unexpected(*error_);
    return source_->read(into);
  }

  std::uint64_t bytes_consumed() const override { return source_->bytes_consumed(); }
  std::uint64_t bytes_total() const override { return source_->bytes_total(); }
  bool is_too_large() const override { return source_->is_too_large(); }

 private:
  void look() {
    begin_.resize(bytes_of_form);
    std::size_t end = 0;
    while (end < begin_.size()) {
      const auto got = source_->read(std::span(begin_).subspan(end));
      if (!got) error_ = got.error();
      if (!got || *got == 0) break;
      end += *got;
    }
    begin_.resize(end);
    const auto why = content_ == Content::table ? why_no_table(begin_) : why_no_json(begin_);
    if (why) {
      error_ = Error{ErrorKind::invalid, fmt::format("{}: it is {}", name_, *why)};
      begin_.clear();
    }
  }

  const std::unique_ptr<ByteSource> source_;
  const std::string name_;
  const Content content_;
  bool is_checked_ = false;
  std::string begin_;           // the first bytes
  std::size_t taken_ = 0;       // of them
  std::optional<Error> error_;  // after them
};

std::unique_ptr<ByteSource> checked(std::unique_ptr<ByteReader> raw, const std::string& name,
                                    std::uint64_t total, Content content) {
  return std::make_unique<CheckedSource>(
      std::make_unique<UnpackingSource>(std::move(raw), name, total, Packing::gzip_or_zstd), name,
      content);
}

}  // namespace

Result<std::unique_ptr<ByteSource>> open_file(const std::string& path, Content content) {
  const bool is_standard_input = path == "-";
  const std::string name = is_standard_input ? "standard input" : path;
  const int descriptor =
      is_standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const ErrorKind kind = errno == ENOENT ? ErrorKind::not_found : ErrorKind::failed;
    return std::unexpected(Error{kind, fmt::format("cannot open {}: {}", name, reason_of(errno))});
  }
  auto raw = std::make_unique<FileBytes>(descriptor, !is_standard_input, name);
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) {
    return failed(fmt::format("cannot read {}: {}", name, reason_of(errno)));
  }
  if (S_ISDIR(status.st_mode)) {
    return invalid(fmt::format("cannot read {}: it is a folder, not a file", name));
  }
  const std::uint64_t total =
      S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
  return checked(std::move(raw), name, total, content);
}

std::unique_ptr<ByteSource> open_named(ByteReader& bytes, const std::string& name,
                                       std::uint64_t total, Content content) {
  return checked(std::make_unique<BorrowedBytes>(bytes), name, total, content);
}

std::unique_ptr<ByteSource> open_stream(ByteReader& bytes, UnpackingLimits limits) {
  return std::make_unique<UnpackingSource>(std::make_unique<BorrowedBytes>(bytes), "the body", 0,
                                           Packing::gzip, limits);
}

std::unique_ptr<ByteSource> open_memory(std::span<const char> bytes) {
  return std::make_unique<UnpackingSource>(std::make_unique<MemoryBytes>(bytes), "the input",
                                           bytes.size(), Packing::gzip);
}

}  // namespace chatreports::ingest
