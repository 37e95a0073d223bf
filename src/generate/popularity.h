#pragma once
// Few are popular and most are not: how agents, tags and greetings are picked.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "generate/random.h"

namespace chatreports::generate {

// Zipf's law over the places 0 to count - 1. With a larger `offset` the first places lead by less:
// place p is picked in proportion to 1 / (p + offset).
class Popularity {
 public:
  Popularity(std::size_t count, std::uint64_t offset);
  std::size_t pick(Random& random) const;

 private:
  std::vector<std::uint32_t> cumulative_;
};

}  // namespace chatreports::generate
