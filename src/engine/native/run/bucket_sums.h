#pragma once
// Figures for each bucket, summed over segments.

#include <cstdint>
#include <span>
#include <vector>

#include "report/table.h"

namespace chatreports::engine::native {

class BucketSums {
 public:
  explicit BucketSums(std::size_t measures) : measures_(measures) {}

  // Returns the figures of the bucket, 0 at first. They stay valid until the next call. Buckets
  // that come in ascending order cost nothing; others (hours of the day) cost a search.
  std::span<report::Sum> operator[](std::uint32_t bucket) {
    if (buckets_.empty() || buckets_.back() < bucket) {
      buckets_.push_back(bucket);
      figures_.resize(figures_.size() + measures_);
    } else if (buckets_.back() != bucket) {
      return search(bucket);
    }
    return std::span(figures_).last(measures_);
  }

  std::size_t size() const { return buckets_.size(); }

  // Adds the figures of `other`, which has as many measures.
  void add(const BucketSums& other);

  // Calls visit(bucket, figures) for each bucket with a figure that is not 0, ascending.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t at = 0; at < buckets_.size(); ++at) {
      const auto figures = std::span(figures_).subspan(at * measures_, measures_);
      bool nothing = true;
      for (const report::Sum figure : figures) nothing = nothing && figure == 0;
      if (!nothing) visit(buckets_[at], figures);
    }
  }

 private:
  std::span<report::Sum> search(std::uint32_t bucket);

  std::size_t measures_;
  std::vector<std::uint32_t> buckets_;  // ascending
  std::vector<report::Sum> figures_;    // measures_ for each of these
};

}  // namespace chatreports::engine::native
