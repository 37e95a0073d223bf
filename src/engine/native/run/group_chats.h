#pragma once
// Plans that group: a segment's figures for each bucket and value of a field.

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "base/allowance.h"
#include "engine/native/parts/segment.h"
#include "engine/native/run/bucket_rows.h"
#include "engine/native/run/bucket_sums.h"
#include "engine/native/run/by_value.h"
#include "engine/native/run/selection.h"
#include "report/plan.h"
#include "report/table.h"

namespace chatreports::engine::native {

// Counts the bytes of the answer that the cells of an unfinished table will take at least. Any
// thread.
class CellBytes {
 public:
  CellBytes(Allowance& allowance, std::size_t max_bytes)
      : allowance_(allowance), max_bytes_(max_bytes) {}

  Allowance& allowance() const { return allowance_; }
  void add(std::size_t cells, const ValueView& group) {
    if (cells == 0) return;
    const auto* text = std::get_if<std::string_view>(&group);
    bytes_ += cells * allowance_.bytes_of_cell(text == nullptr ? 0 : text->size());
  }
  bool are_too_many() const { return bytes_ > max_bytes_; }

 private:
  Allowance& allowance_;
  const std::size_t max_bytes_;
  std::atomic<std::size_t> bytes_ = 0;
};

// The figures of the groups that were met so far.
class Groups {
 public:
  // `measures` must outlive it.
  Groups(const std::vector<report::Measure>& measures, CellBytes& bytes)
      : measures_(measures), bytes_(&bytes), steps_(bytes.allowance()) {}

  Allowance& allowance() const { return bytes_->allowance(); }

  // As in ByValue.
  void begin_segment() { groups_.begin_segment(); }
  BucketSums& of(const FieldIndex& index, std::uint32_t number) {
    return groups_.of(index, number, measures_);
  }
  // Accounts for cells that were added for the value, and for the steps that this took. Returns
  // whether to break off.
  bool added(const FieldIndex& index, std::uint32_t number, std::size_t cells, std::size_t steps) {
    bytes_->add(cells, index.view(number));
    return bytes_->are_too_many() || steps_.take(steps);
  }
  // Adds the figures of other groups, whose cells have been accounted for.
  void add(const Groups& other);
  // Returns the cells that are not 0, by bucket and then by value; anything if it breaks off.
  report::ChatsTable table();

 private:
  std::span<const report::Measure> measures_;
  CellBytes* bytes_;
  Steps steps_;
  ByValue<BucketSums> groups_;
};

struct GroupedPart {
  const Segment& segment;
  const std::vector<BucketRows>& buckets;  // at least one
  const std::vector<report::Measure>& measures;
  std::vector<MeasureRows> selection;  // sets, or all rows
};

// Both break off if there are too many cells or the allowance is used up.

// Adds the figures of the selected rows. Cost: the number of selected rows, or of pairs of a row
// and a value, whichever is smaller.
void add_grouped(const GroupedPart& part, const report::Field& group_by, Groups& groups);

// Adds the figures of all rows. The segment remembers them, so from the second time on the cost is
// one addition a value.
void add_totals(const Segment& segment, std::uint32_t bucket, const report::Field& group_by,
                const std::vector<report::Measure>& measures, Groups& groups);

}  // namespace chatreports::engine::native
