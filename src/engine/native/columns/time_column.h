#pragma once

#include <cstdint>
#include <span>

#include "engine/native/columns/array.h"
#include "engine/native/columns/row_set.h"
#include "time/instant.h"

namespace chatreports::engine::native {

// A column of up to max_segment_rows instants in ascending order. It takes little more than four
// bytes an instant.
class TimeColumn {
 public:
  TimeColumn() = default;
  explicit TimeColumn(std::span<const Instant> ascending);

  std::uint32_t size() const { return static_cast<std::uint32_t>(low_.size()); }
  Instant value(std::uint32_t row) const;
  // Returns the first row at or after the instant; size() if there is none.
  std::uint32_t lower_bound(Instant at) const;
  // Returns the rows within [begin, end).
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
