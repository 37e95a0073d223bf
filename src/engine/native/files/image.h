#pragma once
// An image is a chunk as one run of bytes, in memory or in a mapped file. A file begins with its
// kind, the version of its layout, its length and a checksum; opening it checks them all. The
// kernel drops and rereads the pages of a mapped file as it likes.

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

// The version of all layouts. Files of another version are made anew from the store. Raise it if a
// layout changes, or the facts that chat/derive.h derives.
constexpr std::uint32_t image_version = 6;

// What an image holds, as four letters.
enum class ImageKind : std::uint32_t {};

consteval ImageKind image_kind_of(const char (&letters)[5]) {
  std::uint32_t kind = 0;
  for (int at = 3; at >= 0; --at) kind = kind << 8 | static_cast<unsigned char>(letters[at]);
  return ImageKind{kind};
}

// Immutable; any thread may read it.
class Image {
 public:
  static std::shared_ptr<const Image> of(std::vector<std::byte> bytes);
  // Maps the file; reads a small one into memory, because a process may have few mappings. The
  // error says whether the file is missing, damaged or of another version.
  static Result<std::shared_ptr<const Image>> open(const std::string& path, ImageKind kind,
                                                   std::uint64_t number);
  // Writes the bytes durably to a new file. The caller synchronises the folder.
  static Result<void> write(const std::string& path, ImageKind kind,
                            std::span<const std::byte> bytes);

  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
  ~Image();

  std::span<const std::byte> bytes() const { return bytes_; }
  // Returns the number of its file; 0 if it is in memory only.
  std::uint64_t number() const { return number_; }

 private:
  Image() = default;

  std::uint64_t number_ = 0;
  std::vector<std::byte> own_;
  void* mapped_ = nullptr;
  std::size_t mapped_bytes_ = 0;
  std::span<const std::byte> bytes_;
};

// A class that an image can hold has
//
//   template <class Self, class Layout> static void lay_out(Self& self, Layout& layout);
//
// which passes its members to `layout`, in the same order for writing and reading. A member is a
// plain value, an array, or an object of such a class.
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

// Arrays that are read point into the image, which must outlive them. A member that does not fit
// into the bytes stays empty; then is_whole() returns false at the end.
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
  // Returns null if fewer bytes are left.
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

// Reads a value from an image that holds one.
template <class T>
void read(const Image& image, T& value) {
  ImageReader reader(image.bytes());  // NOLINT(misc-const-correctness): the call changes it
  reader(value);
  CHECK(reader.is_whole());
}

// Moves the value's arrays into one image: the value then points into it.
template <class T>
std::shared_ptr<const Image> move_to_image(T& value) {
  auto image = Image::of(bytes_of(std::as_const(value)));
  value = T();
  read(*image, value);
  return image;
}

}  // namespace chatreports::engine::native
