#pragma once
// Figures that grow part by part. The least and the greatest grow in a form of their own: 0 stands
// for none, and the larger of two parts is the one of both.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>

#include "report/plan.h"
#include "report/table.h"

namespace chatreports::engine::native {

using report::Aggregate;
using report::Sum;

// The part that a value adds, which is 0 or above.
inline Sum part_of(std::int64_t value, Aggregate aggregate) {
  switch (aggregate) {
    case Aggregate::sum:
      break;
    case Aggregate::minimum:
      return Sum{std::numeric_limits<std::int64_t>::max()} + 1 - value;
    case Aggregate::maximum:
      return Sum{value} + 1;
  }
  return value;
}

inline void grow(Sum& figure, Sum part, Aggregate aggregate) {
  figure = aggregate == Aggregate::sum ? figure + part : std::max(figure, part);
}

// The figure as a table has it.
inline Sum grown(Sum figure, Aggregate aggregate) {
  if (aggregate == Aggregate::sum || figure == 0) return figure;
  return aggregate == Aggregate::maximum
             ? figure - 1
             : Sum{std::numeric_limits<std::int64_t>::max()} + 1 - figure;
}

inline bool are_nothing(std::span<const Sum> figures) {
  return std::ranges::all_of(figures, [](Sum figure) { return figure == 0; });
}

inline bool are_sums(std::span<const report::Measure> measures) {
  return std::ranges::all_of(
      measures, [](const report::Measure& measure) { return measure.aggregate == Aggregate::sum; });
}

}  // namespace chatreports::engine::native
