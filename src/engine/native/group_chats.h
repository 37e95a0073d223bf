#pragma once
// A segment's part of a plan that groups: the figures per bucket and value of a field.

#include <cstdint>
#include <span>
#include <vector>

#include "engine/native/bucket_sums.h"
#include "engine/native/by_value.h"
#include "engine/native/segment.h"
#include "engine/native/selection.h"
#include "report/plan.h"
#include "report/table.h"

namespace chatreports::engine::native {

// The rows of a segment that belong to one bucket.
struct BucketRows {
  RowRange rows;
  std::uint32_t bucket = 0;
};

// The groups met so far, each with its figures.
class Groups {
 public:
  explicit Groups(std::size_t measures) : measures_(measures) {}

  // As ByValue.
  void begin_segment() { groups_.begin_segment(); }
  BucketSums& of(const FieldIndex& index, std::uint32_t number) {
    return groups_.of(index, number, measures_);
  }
  // Adds the figures of other groups.
  void add(const Groups& other) {
    for (const auto& [value, sums] : other.groups_) groups_.at(value, measures_).add(sums);
  }
  // By bucket, then by value; without what is 0.
  report::ChatsTable table() const;

 private:
  std::size_t measures_;
  ByValue<BucketSums> groups_;
};

struct GroupedPart {
  const Segment& segment;
  const std::vector<BucketRows>& buckets;  // at least one
  const std::vector<report::Measure>& measures;
  std::vector<MeasureRows> selection;  // sets, or all rows
};

// Cost: the smaller of the rows that are selected and of the pairs of a row and a value.
void add_grouped(const GroupedPart& part, const report::Field& group_by, Groups& groups);

// Of all rows, without a predicate. The segment remembers the figures: from the second time on, the
// cost is an addition a value.
void add_totals(const Segment& segment, std::uint32_t bucket, const report::Field& group_by,
                const std::vector<report::Measure>& measures, Groups& groups);

}  // namespace chatreports::engine::native
