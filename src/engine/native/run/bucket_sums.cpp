#include "engine/native/run/bucket_sums.h"

#include <algorithm>

namespace chatreports::engine::native {

std::span<report::Sum> BucketSums::search(std::uint32_t bucket) {
  const auto at =
      static_cast<std::size_t>(std::ranges::lower_bound(buckets_, bucket) - buckets_.begin());
  if (at == buckets_.size() || buckets_[at] != bucket) {
    using Offset = std::vector<report::Sum>::difference_type;
    buckets_.insert(buckets_.begin() + static_cast<Offset>(at), bucket);
    figures_.insert(figures_.begin() + static_cast<Offset>(at * measures_), measures_, 0);
  }
  return std::span(figures_).subspan(at * measures_, measures_);
}

void BucketSums::add(const BucketSums& other) {
  other.for_each([this](std::uint32_t bucket, std::span<const report::Sum> figures) {
    const std::span<report::Sum> sums = (*this)[bucket];
    for (std::size_t at = 0; at < measures_; ++at) sums[at] += figures[at];
  });
}

}  // namespace chatreports::engine::native
