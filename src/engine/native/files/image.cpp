#include "engine/native/files/image.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "base/product_version.h"

namespace chatreports::engine::native {
namespace {

constexpr std::array<char, 8> magic{'C', 'h', 'R', 'p', 'E', 'n', 'g', '\n'};
constexpr std::size_t alignment = 8;
// A process may have a few tens of thousands of mappings, and small licences have small chunks.
constexpr std::size_t least_bytes_to_map = 32 << 10;

// Identifies the release of the program.
std::uint64_t program() {
  const std::string_view version = product_version();
  return XXH3_64bits(version.data(), version.size());
}

struct Head {
  std::array<char, 8> magic{};
  std::uint32_t version = 0;
  ImageKind kind{};
  std::uint64_t bytes = 0;     // that follow
  std::uint64_t checksum = 0;  // of these, XXH3
  std::uint64_t made_by = program();
  std::array<std::uint64_t, 3> unused{};
};
static_assert(Plain<Head> && sizeof(Head) == 64);

// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

std::unexpected<Error> system_error(std::string_view what, const std::string& path) {
  const int number = errno;
  return std::unexpected(
      Error{number == ENOSPC ? ErrorKind::unavailable : ErrorKind::failed,
            fmt::format("{} cannot be {}: {}", path, what, std::strerror(number))});
}

bool write_all(int descriptor, const void* data, std::size_t size) {
  const auto* from = static_cast<const std::byte*>(data);
  while (size > 0) {
    const ssize_t written = ::write(descriptor, from, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    from += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

}  // namespace

std::shared_ptr<const Image> Image::of(std::vector<std::byte> bytes) {
  std::shared_ptr<Image> image(new Image);
  image->own_ = std::move(bytes);
  image->bytes_ = image->own_;
  return image;
}

Result<std::shared_ptr<const Image>> Image::open(const std::string& path, ImageKind kind,
                                                 std::uint64_t number) {
  // Not blocking: a pipe in place of the file is too short, instead of waited for.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (file.number() < 0) return system_error("opened", path);
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) return system_error("opened", path);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size < sizeof(Head)) return failed(path + " is damaged: it is too short");
  void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
  if (mapped == MAP_FAILED) return system_error("mapped", path);
  std::shared_ptr<Image> image(new Image);
  image->number_ = number;
  image->mapped_ = mapped;
  image->mapped_bytes_ = size;
  Head head;
  std::memcpy(&head, mapped, sizeof(head));
  image->bytes_ = {static_cast<const std::byte*>(mapped) + sizeof(head), size - sizeof(head)};
  if (head.magic != magic) return failed(path + " is not a file of ours");
  if (head.version != image_version || head.made_by != program()) {
    return failed(path + " was written by another version of the program");
  }
  if (head.kind != kind) return failed(path + " is damaged: it holds something else");
  if (head.bytes != image->bytes_.size()) return failed(path + " is damaged: its length is wrong");
  ::madvise(mapped, size, MADV_WILLNEED);
  if (XXH3_64bits(image->bytes_.data(), image->bytes_.size()) != head.checksum) {
    return failed(path + " is damaged: its checksum is wrong");
  }
  if (size < least_bytes_to_map) {
    image->own_.assign(image->bytes_.begin(), image->bytes_.end());
    image->bytes_ = image->own_;
    ::munmap(std::exchange(image->mapped_, nullptr), size);
  }
  return image;
}

Result<void> Image::write(const std::string& path, ImageKind kind,
                          std::span<const std::byte> bytes) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (file.number() < 0) return system_error("made", path);
  Head head;
  head.magic = magic;
  head.version = image_version;
  head.kind = kind;
  head.bytes = bytes.size();
  head.checksum = XXH3_64bits(bytes.data(), bytes.size());
  if (!write_all(file.number(), &head, sizeof(head)) ||
      !write_all(file.number(), bytes.data(), bytes.size()) || ::fdatasync(file.number()) != 0) {
    auto error = system_error("written", path);
    ::unlink(path.c_str());
    return error;
  }
  return {};
}

Image::~Image() {
  if (mapped_ != nullptr) ::munmap(mapped_, mapped_bytes_);
}

void ImageWriter::put(const void* data, std::size_t size) {
  const auto* from = static_cast<const std::byte*>(data);
  bytes_.insert(bytes_.end(), from, from + size);
  bytes_.resize((bytes_.size() + alignment - 1) / alignment * alignment);
}

const std::byte* ImageReader::next(std::size_t size) {
  const std::size_t padded = (size + alignment - 1) / alignment * alignment;
  if (failed_ || padded < size || padded > rest_.size()) {
    failed_ = true;
    return nullptr;
  }
  const std::byte* begin = rest_.data();
  rest_ = rest_.subspan(padded);
  return begin;
}

}  // namespace chatreports::engine::native
