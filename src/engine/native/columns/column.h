#pragma once
// Columns of a segment: an integer per row. Four bytes a row and little more, since most lengths of
// time fit into 71 minutes; what does not is kept apart.

#include <cstdint>
#include <span>
#include <vector>

#include "engine/native/columns/array.h"
#include "engine/native/columns/row_set.h"
#include "report/table.h"
#include "time/instant.h"

namespace chatreports::engine::native {

// Numbers that are not negative, in any order; one a row, or one of anything else.
class Column {
 public:
  Column() = default;
  explicit Column(std::span<const std::int64_t> values);

  std::int64_t value(std::uint32_t row) const;
  report::Sum sum(RowRange range) const;                      // of all rows of the range
  report::Sum sum(RowRange range, const RowSet& rows) const;  // of those in the set
  // Likewise; a bit a row.
  report::Sum sum(RowRange range, std::span<const std::uint64_t> bits) const;
  report::Sum sum(std::span<const std::uint16_t> rows) const;  // of these, which ascend

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    layout(self.low_, self.sums_of_low_, self.has_excess_, self.excess_ranks_, self.sums_of_high_);
  }

 private:
  // How many rows below `row` have upper bits; only where has_excess_ is not empty.
  std::size_t excess_before(std::uint32_t row) const;
  // The upper bits of the row's value: mostly 0, which a look at one bit tells.
  std::uint64_t high(std::uint32_t row) const;
  std::uint64_t sum_of_high(RowRange range) const;

  Array<std::uint32_t> low_;          // the lower 32 bits
  Array<std::uint64_t> sums_of_low_;  // before each word of 64 rows, and after the last
  // All three empty where no row has upper bits.
  Array<std::uint64_t> has_excess_;    // a bit a row
  Array<std::uint32_t> excess_ranks_;  // how many bits are before each word, and before the end
  Array<std::uint64_t>
      sums_of_high_;  // of the upper bits, before each row that has some, and after
};

// Instants in ascending order.
class TimeColumn {
 public:
  TimeColumn() = default;
  explicit TimeColumn(std::span<const Instant> ascending);

  std::uint32_t size() const { return static_cast<std::uint32_t>(low_.size()); }
  Instant value(std::uint32_t row) const;
  // The first row at or after the instant; size() where there is none.
  std::uint32_t lower_bound(Instant at) const;
  // The rows of [begin, end).
  RowRange rows_between(Instant begin, Instant end) const {
    return {lower_bound(begin), lower_bound(end)};
  }

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    layout(self.base_, self.low_, self.steps_);
  }

 private:
  struct Step {
    std::uint64_t row;   // from this row on
    std::uint64_t high;  // these are the upper bits
  };

  Instant base_;
  Array<std::uint32_t> low_;  // the lower 32 bits of the distance to base_
  Array<Step> steps_;         // ascending in both; the first is row 0
};

}  // namespace chatreports::engine::native
