#pragma once
// What a chunk consists of, as one run of bytes: in memory, or a file that is mapped. A file begins
// with what kind it is, the version of its form, its length and a checksum, all of which are looked
// at when it is opened; its pages are the kernel's to drop and to read again.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/native/columns/array.h"

namespace chatreports::engine::native {

// Of every form at once: what is written by another version is made anew from the store. Raised as
// well when chat/derive.h derives other facts.
constexpr std::uint32_t image_version = 3;

enum class ImageKind : std::uint32_t { segment = 1, greeting_events, agent_times, manifest };

// Immutable; any thread may read it.
class Image {
 public:
  static std::shared_ptr<const Image> of(std::vector<std::byte> bytes);
  // Maps the file, or reads it where that takes less memory than a mapping. An error says what is
  // wrong with it: not there, damaged, of another version.
  static Result<std::shared_ptr<const Image>> open(const std::string& path, ImageKind kind,
                                                   std::uint64_t number);
  // Writes the bytes to a new file, durably; the folder's entry of it is not synchronised.
  static Result<void> write(const std::string& path, ImageKind kind,
                            std::span<const std::byte> bytes);

  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
  ~Image();

  std::span<const std::byte> bytes() const { return bytes_; }
  // Of its file; 0 where it is in memory alone.
  std::uint64_t number() const { return number_; }

 private:
  Image() = default;

  std::uint64_t number_ = 0;
  std::vector<std::byte> own_;
  void* mapped_ = nullptr;
  std::size_t mapped_bytes_ = 0;
  std::span<const std::byte> bytes_;
};

// A class that can be in an image has
//
//   template <class Self, class Layout> static void lay_out(Self& self, Layout& layout);
//
// which hands its members to `layout`, the same ones in the same order whether they are written or
// read: plain values, arrays, and members of such classes.
template <class T, class Layout>
concept LaidOut = requires(T& value, Layout& layout) { T::lay_out(value, layout); };

class ImageWriter {
 public:
  template <class... Parts>
  void operator()(const Parts&... parts) {
    (add(parts), ...);
  }
  std::vector<std::byte> bytes() && { return std::move(bytes_); }

 private:
  template <class T>
  void add(const T& part) {
    if constexpr (LaidOut<const T, ImageWriter>) {
      T::lay_out(part, *this);
    } else {
      static_assert(Plain<T>);
      put(&part, sizeof(T));
    }
  }
  template <class T>
  void add(const Array<T>& array) {
    const std::uint64_t size = array.size();
    put(&size, sizeof(size));
    put(array.data(), size * sizeof(T));
  }
  void put(const void* data, std::size_t size);

  std::vector<std::byte> bytes_;
};

// Arrays that are read lie within the image, which must outlive them. What does not fit the bytes
// is left empty, and is_whole() says so in the end.
class ImageReader {
 public:
  explicit ImageReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  template <class... Parts>
  void operator()(Parts&... parts) {
    (take(parts), ...);
  }
  bool is_whole() const { return !failed_ && rest_.empty(); }

 private:
  template <class T>
  void take(T& part) {
    if constexpr (LaidOut<T, ImageReader>) {
      T::lay_out(part, *this);
    } else {
      static_assert(Plain<T>);
      const std::byte* from = next(sizeof(T));
      if (from != nullptr) std::memcpy(&part, from, sizeof(T));
    }
  }
  template <class T>
  void take(Array<T>& array) {
    std::uint64_t size = 0;
    take(size);
    if (failed_ || size > rest_.size() / sizeof(T)) {
      failed_ = true;
      return;
    }
    const std::byte* from = next(size * sizeof(T));
    if (from == nullptr) return;
    // Every part begins at a multiple of eight bytes.
    array = Array<T>::within({reinterpret_cast<const T*>(from), size});
  }
  // Null where there is less.
  const std::byte* next(std::size_t size);

  std::span<const std::byte> rest_;
  bool failed_ = false;
};

template <class T>
std::vector<std::byte> bytes_of(const T& value) {
  ImageWriter writer;
  writer(value);
  return std::move(writer).bytes();
}

// Of an image that was found whole: what was written as such a value is one.
template <class T>
void read(const Image& image, T& value) {
  ImageReader reader(image.bytes());  // NOLINT(misc-const-correctness): the call changes it
  reader(value);
  CHECK(reader.is_whole());
}

// The parts of a value in memory of one piece; the value is then read back out of it.
template <class T>
std::shared_ptr<const Image> pack(T& value) {
  auto image = Image::of(bytes_of(std::as_const(value)));
  value = T();
  read(*image, value);
  return image;
}

}  // namespace chatreports::engine::native
