#pragma once
// Figures for each bucket, over all segments.

#include <cstdint>
#include <span>
#include <vector>

#include "engine/native/run/figures.h"

namespace chatreports::engine::native {

class BucketSums {
 public:
  // Sums all figures.
  explicit BucketSums(std::size_t measures) : measures_(measures) {}
  // `measures` must outlive it.
  explicit BucketSums(std::span<const report::Measure> measures)
      : measures_(measures.size()), extremes_(are_sums(measures) ? nullptr : measures.data()) {}

  // Returns the figures of the bucket, 0 at first, in the form in which they grow. They stay valid
  // until the next call. Buckets that come in ascending order cost nothing; others (hours of the
  // day) cost a search.
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

  // Adds the figures of `other`, which has the same measures.
  void add(const BucketSums& other);

  // Calls visit(bucket, figures) for each bucket with a figure that is not 0, ascending. The
  // figures are as a table has them.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t at = 0; at < buckets_.size(); ++at) {
      const auto figures = std::span(figures_).subspan(at * measures_, measures_);
      if (are_nothing(figures)) continue;
      if (extremes_ == nullptr) {
        visit(buckets_[at], figures);
      } else if (const auto whole = grown_figures(figures); !are_nothing(whole)) {
        visit(buckets_[at], std::span(whole));
      }
    }
  }

 private:
  std::vector<report::Sum> grown_figures(std::span<const report::Sum> figures) const;
  std::span<report::Sum> search(std::uint32_t bucket);

  std::size_t measures_;
  const report::Measure* extremes_ = nullptr;  // the measures, if any is no sum
  std::vector<std::uint32_t> buckets_;         // ascending
  std::vector<report::Sum> figures_;           // measures_ for each of these
};

}  // namespace chatreports::engine::native
