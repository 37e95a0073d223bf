#pragma once
// An open file that is closed at the end of its life.

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

  // is_open() says whether it could be; errno says why not.
  static Descriptor open_for_reading(const std::string& path);
  static Descriptor open_or_make(const std::string& path);

  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }
  // Whether all of the bytes were there, and could be read or written.
  bool read_at(std::span<unsigned char> bytes, std::uint64_t offset) const;
  bool write_at(std::span<const unsigned char> bytes, std::uint64_t offset) const;

 private:
  int number_;
};

}  // namespace chatreports::store
