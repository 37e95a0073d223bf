#pragma once
// Ids in LiveChat's style: ten characters of A-Z and 0-9, which look random and never collide.

#include <array>
#include <cstdint>
#include <string_view>

namespace chatreports::generate {

class Identifier {
 public:
  static constexpr std::size_t length = 10;
  explicit Identifier(std::array<char, length> characters) : characters_(characters) {}
  std::string_view text() const { return {characters_.data(), length}; }

 private:
  std::array<char, length> characters_;
};

// Within a kind, two numbers have two ids, for all numbers below 36^10.
class Identifiers {
 public:
  enum class Kind : std::uint64_t { thread, chat, greeting };

  explicit Identifiers(std::uint64_t seed) : seed_(seed) {}
  Identifier of(Kind kind, std::uint64_t number) const;

 private:
  std::uint64_t seed_;
};

}  // namespace chatreports::generate
