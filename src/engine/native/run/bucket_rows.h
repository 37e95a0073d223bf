#pragma once
// Divides the rows of a segment or chunk into buckets.

#include <cstdint>
#include <vector>

#include "engine/native/columns/row_set.h"
#include "engine/native/columns/time_column.h"
#include "time/buckets.h"

namespace chatreports::engine::native {

// Rows that belong to one bucket.
struct BucketRows {
  RowRange rows;
  std::uint32_t bucket = 0;
};

// Buckets are computed for this much time at once: rows may be thousands of years apart, with
// millions of hours between them.
constexpr Duration time_of_runs = std::chrono::days(400);

// Divides the picked rows, whose times are `at`. The results ascend, and none is empty; a bucket
// may occur several times. A row outside the buckets' range belongs to the nearest bucket.
std::vector<BucketRows> rows_by_bucket(const TimeColumn& at, RowRange picked,
                                       const Buckets& buckets);

}  // namespace chatreports::engine::native
