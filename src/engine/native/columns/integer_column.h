#pragma once
// A column of integers. It takes little more than four bytes a value, because most lengths of time
// are below 71 minutes; the upper bits of the others are kept apart.

#include <cstdint>
#include <span>
#include <vector>

#include "engine/native/columns/array.h"
#include "engine/native/columns/row_set.h"
#include "report/table.h"

namespace chatreports::engine::native {

// Numbers of 0 or more in any order: one for each row of a segment, or for each of something else.
class IntegerColumn {
 public:
  IntegerColumn() = default;
  explicit IntegerColumn(std::span<const std::int64_t> values);

  std::int64_t value(std::uint32_t row) const;
  // Returns the sum of the rows of the range; with `rows` or `bits` (one a row), only of those that
  // it contains.
  report::Sum sum(RowRange range) const;
  report::Sum sum(RowRange range, const RowSet& rows) const;
  report::Sum sum(RowRange range, std::span<const std::uint64_t> bits) const;
  // Return the least and the greatest value of the range, which is not empty.
  std::int64_t minimum(RowRange range) const;
  std::int64_t maximum(RowRange range) const;
  // Returns the sum of these rows, which ascend.
  report::Sum sum(std::span<const std::uint16_t> rows) const;

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    layout(self.low_, self.sums_of_low_, self.has_excess_, self.excess_ranks_, self.sums_of_high_);
  }

 private:
  // Returns how many rows below `row` have upper bits. has_excess_ is not empty.
  std::size_t excess_before(std::uint32_t row) const;
  // Returns the upper bits of the row's value. They are mostly 0, which one bit tells.
  std::uint64_t high(std::uint32_t row) const;
  std::uint64_t sum_of_high(RowRange range) const;
  template <class Better>
  std::int64_t extreme(RowRange range, Better better) const;

  Array<std::uint32_t> low_;          // the lower 32 bits
  Array<std::uint64_t> sums_of_low_;  // before each word of 64 rows, and after the last
  // All three are empty if no row has upper bits.
  Array<std::uint64_t> has_excess_;    // a bit a row
  Array<std::uint32_t> excess_ranks_;  // the number of bits before each word, and before the end
  Array<std::uint64_t>
      sums_of_high_;  // of the upper bits, before each row that has some, and after
};

}  // namespace chatreports::engine::native
