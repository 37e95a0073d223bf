#pragma once
// Chance from a seed: integers only, so that every machine draws the same. For the same reason no
// expression draws twice: compilers differ in which comes first.

#include <array>
#include <cstdint>

namespace chatreports::generate {

// Vigna's splitmix64: one step from `state`, well mixed.
constexpr std::uint64_t mixed(std::uint64_t state) {
  state += 0x9e3779b97f4a7c15;
  state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
  state = (state ^ (state >> 27)) * 0x94d049bb133111eb;
  return state ^ (state >> 31);
}

// The purpose of a draw: draws for one purpose never shift those for another.
enum class Purpose : std::uint64_t {
  hours,
  starts,
  greetings,
  chats,
  agents,
  shifts,
  identifiers,
  queue,
  visits
};

// A number that only depends on these three.
constexpr std::uint64_t drawn(std::uint64_t seed, Purpose purpose, std::uint64_t number) {
  return mixed(mixed(mixed(seed) + static_cast<std::uint64_t>(purpose)) + number);
}

// Blackman and Vigna's xoshiro256**.
class Random {
 public:
  explicit Random(std::uint64_t seed) {
    for (std::uint64_t& word : state_) word = seed = mixed(seed);
  }
  Random(std::uint64_t seed, Purpose purpose, std::uint64_t number)
      : Random(drawn(seed, purpose, number)) {}

  std::uint64_t next() {
    const std::uint64_t result = rotated(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotated(state_[3], 45);
    return result;
  }

  // 0 to limit - 1.
  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>(((next() >> 32) * limit) >> 32);
  }
  // `least` to `most`, both within reach.
  std::int64_t between(std::uint32_t least, std::uint32_t most) {
    return std::int64_t{least} + below(most - least + 1);
  }
  bool chance(std::uint32_t per_mille) { return below(1'000) < per_mille; }

 private:
  static constexpr std::uint64_t rotated(std::uint64_t word, int bits) {
    return (word << bits) | (word >> (64 - bits));
  }

  std::array<std::uint64_t, 4> state_;
};

}  // namespace chatreports::generate
