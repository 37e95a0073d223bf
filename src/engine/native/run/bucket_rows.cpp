#include "engine/native/run/bucket_rows.h"

#include <algorithm>

namespace chatreports::engine::native {

namespace {

constexpr std::uint32_t few_rows = 64;  // in time_of_runs; then each row looks up its bucket

}  // namespace

std::vector<BucketRows> rows_by_bucket(const TimeColumn& at, RowRange picked,
                                       const Buckets& buckets) {
  std::vector<BucketRows> found;
  std::uint32_t begin = picked.begin;
  while (begin < picked.end) {
    const Instant from = at.value(begin);
    const Instant last = at.value(picked.end - 1);
    const bool reaches_the_end = last - from <= time_of_runs;
    const Instant to = reaches_the_end ? last : from + time_of_runs;
    const std::uint32_t end =
        reaches_the_end ? picked.end : std::min(picked.end, at.lower_bound(to + Duration{1}));
    if (!reaches_the_end && end - begin < few_rows) {
      for (; begin < end; ++begin) {
        const Instant time = at.value(begin);
        found.push_back({{begin, begin + 1}, buckets.runs_within({time, time}).front().bucket});
      }
      continue;
    }
    const std::vector<BucketRun> runs = buckets.runs_within({from, to});
    for (std::size_t run = 0; run < runs.size() && begin < end; ++run) {
      // Rows outside of all runs belong to the nearest run.
      const bool is_last = run + 1 == runs.size();
      const std::uint32_t end_of_run = is_last ? end : std::min(end, at.lower_bound(runs[run].end));
      if (begin < end_of_run) found.push_back({{begin, end_of_run}, runs[run].bucket});
      begin = std::max(begin, end_of_run);
    }
  }
  return found;
}

}  // namespace chatreports::engine::native
