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
  for (std::size_t place = 0; place < other.buckets_.size(); ++place) {
    const auto figures = std::span(other.figures_).subspan(place * measures_, measures_);
    if (are_nothing(figures)) continue;
    const std::span<report::Sum> sums = (*this)[other.buckets_[place]];
    for (std::size_t at = 0; at < measures_; ++at) {
      grow(sums[at], figures[at], extremes_ ? extremes_[at].aggregate : Aggregate::sum);
    }
  }
}

std::vector<report::Sum> BucketSums::grown_figures(std::span<const report::Sum> figures) const {
  std::vector<report::Sum> whole(figures.begin(), figures.end());
  for (std::size_t at = 0; at < measures_; ++at)
    whole[at] = grown(whole[at], extremes_[at].aggregate);
  return whole;
}

}  // namespace chatreports::engine::native
