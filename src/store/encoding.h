#pragma once
// The primitives of the store's binary form: integers in as few bytes as they need, and texts with
// their length before them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chatreports::store {

class Encoder {
 public:
  explicit Encoder(std::string& bytes) : bytes_(bytes) {}

  void byte(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void flag(bool value) { byte(value ? 1 : 0); }
  // Seven bits a byte, the lowest first; the top bit says that more follow.
  void number(std::uint64_t value) {
    while (value >= 0x80) {
      byte(static_cast<std::uint8_t>(value | 0x80));
      value >>= 7;
    }
    byte(static_cast<std::uint8_t>(value));
  }
  // The sign is the lowest bit, so that −1 is as short as 1: 0, −1, 1, −2 … become 0, 1, 2, 3 …
  void integer(std::int64_t value) {
    number((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }
  // value − base. It wraps around, so that any two integers have a difference.
  void difference(std::int64_t value, std::int64_t base) {
    integer(static_cast<std::int64_t>(static_cast<std::uint64_t>(value) -
                                      static_cast<std::uint64_t>(base)));
  }
  void text(std::string_view value) {
    number(value.size());
    bytes(value);
  }
  void bytes(std::string_view value) { bytes_.append(value); }
  // All eight bytes, the lowest first: shorter than a number if all values are equally likely.
  void fixed64(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) byte(static_cast<std::uint8_t>(value >> shift));
  }

 private:
  std::string& bytes_;
};

// Reads any bytes safely. After the first error `ok` is false and everything reads as 0, so that a
// caller may read on and look once at the end.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return bytes_.empty(); }
  void fail() {
    ok_ = false;
    bytes_ = {};
  }

  std::uint8_t byte() {
    if (bytes_.empty()) {
      fail();
      return 0;
    }
    const auto value = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return value;
  }
  bool flag() { return byte() != 0; }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t next = byte();
      if (shift == 63 && next > 1) break;
      value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
      if (next < 0x80) return ok_ ? value : 0;
    }
    fail();
    return 0;
  }
  // A number that fails beyond `last`.
  std::uint64_t number_up_to(std::uint64_t last) {
    const std::uint64_t value = number();
    if (value <= last) return value;
    fail();
    return 0;
  }
  std::int64_t integer() {
    const std::uint64_t value = number();
    return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }
  std::int64_t difference(std::int64_t base) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(base) +
                                     static_cast<std::uint64_t>(integer()));
  }
  std::string_view text() { return bytes(number()); }
  std::string_view bytes(std::uint64_t size) {
    if (size > bytes_.size()) {
      fail();
      return {};
    }
    const std::string_view value = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return value;
  }
  std::uint64_t fixed64() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 8) value |= std::uint64_t{byte()} << shift;
    return value;
  }
  // The number of elements that follow. Each takes at least a byte, so a number above that of the
  // bytes left is wrong, and no memory is reserved for it.
  std::size_t count() {
    const std::uint64_t value = number();
    if (value > bytes_.size()) {
      fail();
      return 0;
    }
    return value;
  }
  // The enumerator of that number; fails beyond `last`.
  template <class Enum>
  Enum one_of(std::uint64_t number, Enum last) {
    if (number <= static_cast<std::uint64_t>(last)) return static_cast<Enum>(number);
    fail();
    return Enum{};
  }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace chatreports::store
