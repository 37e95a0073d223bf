#include <algorithm>

#include "engine/native/bucket_sums.h"
#include "engine/native/group_chats.h"
#include "engine/native/run_plan.h"
#include "engine/native/select.h"
#include "engine/native/selection.h"

namespace chatreports::engine::native {
namespace {

using report::Column;
using report::Sum;

std::vector<BucketRows> bucket_rows(const Segment& segment, const report::Plan& plan) {
  const RowRange picked = rows_picked_by_start(segment, plan);
  std::vector<BucketRows> found;
  if (picked.size() == 0) return found;
  const std::vector<BucketRun> runs = plan.buckets.runs_within(
      {segment.started_at().value(picked.begin), segment.started_at().value(picked.end - 1)});
  std::uint32_t begin = picked.begin;
  for (std::size_t at = 0; at < runs.size() && begin < picked.end; ++at) {
    // What lies outside of all runs belongs to the nearest.
    const bool last = at + 1 == runs.size();
    const std::uint32_t end =
        last ? picked.end : std::min(picked.end, segment.started_at().lower_bound(runs[at].end));
    if (begin < end) found.push_back({{begin, end}, runs[at].key});
    begin = std::max(begin, end);
  }
  return found;
}

void add_ungrouped(const Segment& segment, const std::vector<BucketRows>& buckets,
                   const std::vector<report::Measure>& measures,
                   const std::vector<MeasureRows>& selection, BucketSums& sums) {
  for (const BucketRows& bucket : buckets) {
    const std::span<Sum> figures = sums[bucket.bucket];
    for (std::size_t at = 0; at < measures.size(); ++at) {
      const Column column = measures[at].column;
      figures[at] += column == Column::count
                         ? Sum{selection[at].count(bucket.rows)}
                         : selection[at].sum(segment.column(column), bucket.rows);
    }
  }
}

}  // namespace

RowRange rows_picked_by_start(const Segment& segment, const report::Plan& plan) {
  if (plan.any_start) return {0, segment.size()};
  const TimeRange range = plan.buckets.range();
  if (range.from <= segment.first_start() && segment.last_start() <= range.to) {
    return {0, segment.size()};
  }
  return segment.started_at().rows_between(range.from, range.to + Duration{1});
}

report::Table run_chats(const Segments& segments, const report::Plan& plan,
                        const report::ChatsSource& source) {
  const report::Predicate predicate = prepared(plan.predicate);
  std::vector<report::Measure> measures = source.measures;
  for (report::Measure& measure : measures) {
    if (measure.where) measure.where = prepared(*std::move(measure.where));
  }
  const bool is_plain = holds_for_all(predicate);
  BucketSums ungrouped(measures.size());
  Groups groups(measures.size());
  for (const auto& segment : segments) {
    const std::vector<BucketRows> buckets = bucket_rows(*segment, plan);
    if (buckets.empty()) continue;
    if (!source.group_by) {
      add_ungrouped(*segment, buckets, measures,
                    select_measures(*segment, predicate, measures, false), ungrouped);
    } else if (is_plain && buckets.size() == 1 && buckets[0].rows.size() == segment->size()) {
      add_totals(*segment, buckets[0].bucket, *source.group_by, measures, groups);
    } else {
      add_grouped(
          {*segment, buckets, measures, select_measures(*segment, predicate, measures, true)},
          *source.group_by, groups);
    }
  }
  if (source.group_by) return groups.table();
  report::ChatsTable table(measures.size());
  ungrouped.for_each([&table](std::uint32_t bucket, std::span<const Sum> figures) {
    table.add(bucket, report::ChatsTable::no_group, figures);
  });
  return table;
}

}  // namespace chatreports::engine::native
