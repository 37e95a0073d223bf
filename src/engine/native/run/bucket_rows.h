#pragma once
// Which rows of a segment or chunk belong to which bucket.

#include <cstdint>
#include <vector>

#include "engine/native/columns/column.h"
#include "engine/native/columns/row_set.h"
#include "time/buckets.h"

namespace chatreports::engine::native {

// The rows of a segment that belong to one bucket.
struct BucketRows {
  RowRange rows;
  std::uint32_t bucket = 0;
};

// Runs of buckets are made for so much time at once: rows may be thousands of years apart, and the
// hours between them are millions.
constexpr Duration time_of_runs{std::int64_t{400} * 86'400 * microseconds_per_second};

// The picked rows, ascending, none of them empty; a bucket may come several times. A row outside of
// the buckets' range belongs to the nearest. `at` is the rows' time.
std::vector<BucketRows> rows_by_bucket(const TimeColumn& at, RowRange picked,
                                       const Buckets& buckets);

}  // namespace chatreports::engine::native
