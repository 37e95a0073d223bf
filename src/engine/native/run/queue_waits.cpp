#include "engine/native/run/queue_waits.h"

#include <algorithm>

#include "engine/native/run/figures.h"

namespace chatreports::engine::native {
namespace {

using report::Column;
using report::Measure;
using report::Sum;

// The part that the waits of the range add to a figure. There is at least one.
Sum part_of_range(const IntegerColumn& waits, RowRange range, const Measure& measure) {
  if (measure.column == Column::count) return range.size();
  switch (measure.aggregate) {
    case Aggregate::sum:
      break;
    case Aggregate::minimum:
      return part_of(waits.minimum(range), Aggregate::minimum);
    case Aggregate::maximum:
      return part_of(waits.maximum(range), Aggregate::maximum);
  }
  return waits.sum(range);
}

void add_all(const QueueWaits::OfOutcome& waits, RowRange range,
             const std::vector<Measure>& measures, std::span<Sum> figures) {
  for (std::size_t at = 0; at < measures.size(); ++at) {
    grow(figures[at], part_of_range(waits.waits(), range, measures[at]), measures[at].aggregate);
  }
}

void add_picked(const QueueWaits::OfOutcome& waits, RowRange range, const RowSet& picked,
                const std::vector<Measure>& measures, std::span<Sum> figures) {
  for (std::uint32_t number = range.begin; number < range.end; ++number) {
    if (!picked.contains(waits.row(number))) continue;
    const std::int64_t wait = waits.waits().value(number);
    for (std::size_t at = 0; at < measures.size(); ++at) {
      const auto& [column, where, aggregate] = measures[at];
      grow(figures[at], column == Column::count ? Sum{1} : part_of(wait, aggregate), aggregate);
    }
  }
}

}  // namespace

bool are_of_queue_waits(const report::Field& group_by, const std::vector<Measure>& measures) {
  return group_by.kind == report::Field::Kind::queue_outcome &&
         std::ranges::all_of(measures, [](const Measure& measure) {
           return !measure.where &&
                  (measure.column == Column::count || measure.column == Column::queue_wait);
         });
}

void add_queue_waits(const Segment& segment, const std::vector<BucketRows>& buckets,
                     const RowSet* picked, const std::vector<Measure>& measures, Groups& groups) {
  const FieldIndex index = segment.index(report::Field::queue_outcome());
  groups.begin_segment();
  for (std::uint32_t number = 0; number < index.size(); ++number) {
    const auto outcome =
        static_cast<chat::QueueOutcome>(std::get<std::int64_t>(index.view(number)));
    const QueueWaits::OfOutcome& waits = segment.queue_waits().of(outcome);
    BucketSums& sums = groups.of(index, number);
    const std::size_t before = sums.size();
    std::uint32_t begin = waits.first_from(buckets.front().rows.begin);
    for (const BucketRows& bucket : buckets) {
      const std::uint32_t end = waits.first_from(bucket.rows.end, begin);
      if (begin < end && picked == nullptr) {
        add_all(waits, {begin, end}, measures, sums[bucket.bucket]);
      } else if (begin < end) {
        add_picked(waits, {begin, end}, *picked, measures, sums[bucket.bucket]);
      }
      begin = end;
    }
    if (groups.added(index, number, sums.size() - before, waits.size() + buckets.size())) return;
  }
}

}  // namespace chatreports::engine::native
