#include "generate/identifiers.h"

#include "base/check.h"
#include "generate/random.h"

namespace chatreports::generate {
namespace {

constexpr std::uint64_t half_size = 60'466'176;  // 36^5

void write_half(std::uint64_t half, char* end) {
  constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (int i = 0; i < 5; ++i) {
    *--end = digits[half % 36];
    half /= 36;
  }
}

}  // namespace

// A Feistel network over two halves of five characters: each round adds to one half what the other
// determines, which can be undone, so no two numbers meet.
Identifier Identifiers::of(Kind kind, std::uint64_t number) const {
  CHECK(number < half_size * half_size);
  const std::uint64_t key = drawn(seed_, Purpose::identifiers, static_cast<std::uint64_t>(kind));
  std::uint64_t left = number / half_size;
  std::uint64_t right = number % half_size;
  for (std::uint64_t round = 0; round < 4; round += 2) {
    left = (left + mixed(key + round + (right << 8)) % half_size) % half_size;
    right = (right + mixed(key + round + 1 + (left << 8)) % half_size) % half_size;
  }
  std::array<char, Identifier::length> characters;
  write_half(left, characters.data() + 5);
  write_half(right, characters.data() + 10);
  return Identifier(characters);
}

}  // namespace chatreports::generate
