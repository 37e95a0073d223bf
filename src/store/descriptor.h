#pragma once
// An open file, closed by the destructor.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace chatreports::store {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  // If a file cannot be opened, is_open() is false and errno says why. A pipe in place of the file
  // is opened without waiting for its writer.
  static Descriptor open_for_reading(const std::string& path);
  static Descriptor open_or_make(const std::string& path);

  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }
  // Returns whether everything written is on the disk, of a folder the names in it. If not, errno
  // says why.
  bool sync() const;
  // Each returns whether all of the bytes could be read or written.
  bool read_at(std::span<unsigned char> bytes, std::uint64_t offset) const;
  bool write_at(std::span<const unsigned char> bytes, std::uint64_t offset) const;

 private:
  int number_;
};

}  // namespace chatreports::store
