#include "generate/popularity.h"

#include <algorithm>

#include "base/check.h"

namespace chatreports::generate {

Popularity::Popularity(std::size_t count, std::uint64_t offset) {
  CHECK(count > 0 && offset > 0);
  // Even the last of millions of places keeps some weight, and the sum stays below 2^32.
  constexpr std::uint64_t first_weight = 10'000'000;
  cumulative_.reserve(count);
  std::uint64_t sum = 0;
  for (std::size_t place = 0; place < count; ++place) {
    sum += std::max<std::uint64_t>(1, first_weight * offset / (place + offset));
    CHECK(sum <= UINT32_MAX);
    cumulative_.push_back(static_cast<std::uint32_t>(sum));
  }
}

std::size_t Popularity::pick(Random& random) const {
  const std::uint32_t drawn = random.below(cumulative_.back());
  const auto found = std::ranges::upper_bound(cumulative_, drawn);
  return static_cast<std::size_t>(found - cumulative_.begin());
}

}  // namespace chatreports::generate
