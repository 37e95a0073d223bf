#pragma once
// For each measure of a plan, the rows of a segment that it is about.

#include <optional>
#include <vector>

#include "base/allowance.h"
#include "engine/native/columns/postings.h"
#include "engine/native/columns/row_set.h"
#include "engine/native/parts/segment.h"
#include "report/plan.h"
#include "report/table.h"

namespace chatreports::engine::native {

// All rows, the rows of one value as they lie in the segment, or a set that was made: the less has
// to be made, the better.
class MeasureRows {
 public:
  bool are_all() const { return !view_ && !set_; }
  bool is_set() const { return set_.has_value(); }
  const RowSet& set() const { return *set_; }

  std::uint32_t count(RowRange range) const;
  // Of a column that is not count.
  report::Sum sum(const Column& column, RowRange range) const;

 private:
  friend std::vector<MeasureRows> select_measures(const Segment& segment, const RowSet* picked,
                                                  const std::vector<report::Measure>& measures,
                                                  bool as_sets, Allowance& allowance);

  std::optional<Postings::View> view_;
  std::optional<RowSet> set_;
};

// Among the picked rows; all, where that is null. The measures' predicates are prepared. With
// `as_sets`, what is not all rows is a set.
std::vector<MeasureRows> select_measures(const Segment& segment, const RowSet* picked,
                                         const std::vector<report::Measure>& measures, bool as_sets,
                                         Allowance& allowance);

}  // namespace chatreports::engine::native
