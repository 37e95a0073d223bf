#pragma once
// For each measure of a plan, the rows of a segment that it is about.

#include <cstdint>
#include <optional>
#include <vector>

#include "base/allowance.h"
#include "engine/native/columns/postings.h"
#include "engine/native/columns/row_set.h"
#include "engine/native/parts/segment.h"
#include "report/plan.h"
#include "report/table.h"

namespace chatreports::engine::native {

// All rows, the rows of one value as the segment stores them, or a set that was made: the less is
// made, the better.
class MeasureRows {
 public:
  // `set`: rows other than all are always a set.
  enum class Form : std::uint8_t { any, set };

  bool are_all() const { return !view_ && !set_; }
  bool is_set() const { return set_.has_value(); }
  const RowSet& set() const { return *set_; }

  std::uint32_t count(RowRange range) const;
  // Returns the part of a figure that these rows of the range add.
  report::Sum part(const Segment& segment, report::Column column, RowRange range,
                   report::Aggregate aggregate) const;

  // Calls visit(row) for each of these rows of the range.
  template <class Visit>
  void for_each_row(RowRange range, Visit visit) const {
    if (set_) {
      set_->for_each_row(range, visit);
    } else if (view_) {
      native::for_each_row(*view_, range, visit);
    } else {
      for (std::uint32_t row = range.begin; row < range.end; ++row) visit(row);
    }
  }

 private:
  template <class Values>
  report::Sum sum(const Values& values, RowRange range) const;

  friend std::vector<MeasureRows> select_measures(const Segment& segment, const RowSet* picked,
                                                  const std::vector<report::Measure>& measures,
                                                  Form form, Allowance& allowance);

  std::optional<Postings::View> view_;
  std::optional<RowSet> set_;
};

// Selects among the picked rows, or among all if `picked` is null. The measures' predicates are
// prepared.
std::vector<MeasureRows> select_measures(const Segment& segment, const RowSet* picked,
                                         const std::vector<report::Measure>& measures,
                                         MeasureRows::Form form, Allowance& allowance);

}  // namespace chatreports::engine::native
