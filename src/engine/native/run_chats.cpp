#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

#include "engine/native/bucket_sums.h"
#include "engine/native/run_plan.h"
#include "engine/native/select.h"

namespace chatreports::engine::native {
namespace {

using report::Column;
using report::Sum;

// The rows of a segment that belong to one bucket.
struct BucketRows {
  RowRange rows;
  std::uint32_t bucket = 0;
};

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

// What a segment's part of the plan needs: the rows picked, and for each measure the rows that it
// is about. Nothing stands for all rows, so that a question without a filter costs no set at all.
struct Selection {
  std::optional<RowSet> rows;
  std::vector<std::optional<RowSet>> of_measure;
};

Selection selection_of(const Segment& segment, const report::Predicate& predicate,
                       const std::vector<report::Measure>& measures) {
  Selection selection;
  if (!holds_for_all(predicate)) selection.rows = select(segment, predicate);
  for (const report::Measure& measure : measures) {
    std::optional<RowSet>& rows = selection.of_measure.emplace_back();
    if (measure.where && !holds_for_all(*measure.where)) {
      rows = select(segment, *measure.where);
      if (selection.rows) rows->intersect(*selection.rows);
    } else if (selection.rows) {
      rows = *selection.rows;
    }
  }
  return selection;
}

Sum figure_of(const Segment& segment, Column column, RowRange range,
              const std::optional<RowSet>& rows) {
  if (column == Column::count) return rows ? rows->count(range) : range.size();
  const Column which = column;
  return rows ? segment.column(which).sum(range, *rows) : segment.column(which).sum(range);
}

void add_ungrouped(const Segment& segment, const std::vector<BucketRows>& buckets,
                   const std::vector<report::Measure>& measures, const Selection& selection,
                   BucketSums& sums) {
  for (const BucketRows& bucket : buckets) {
    const std::span<Sum> figures = sums[bucket.bucket];
    for (std::size_t at = 0; at < measures.size(); ++at) {
      figures[at] += figure_of(segment, measures[at].column, bucket.rows, selection.of_measure[at]);
    }
  }
}

// One value's rows, as a sorted list: bucket by bucket.
void add_sparse(const Segment& segment, std::span<const std::uint16_t> rows,
                const std::vector<BucketRows>& buckets,
                const std::vector<report::Measure>& measures, const Selection& selection,
                BucketSums& sums) {
  auto begin = std::lower_bound(rows.begin(), rows.end(), buckets.front().rows.begin);
  for (const BucketRows& bucket : buckets) {
    const auto end = std::lower_bound(begin, rows.end(), bucket.rows.end);
    if (begin == end) continue;
    const std::span<Sum> figures = sums[bucket.bucket];
    for (std::size_t at = 0; at < measures.size(); ++at) {
      const std::optional<RowSet>& of_measure = selection.of_measure[at];
      if (measures[at].column == Column::count) {
        if (!of_measure) {
          figures[at] += end - begin;
        } else {
          figures[at] += std::count_if(
              begin, end, [&of_measure](std::uint16_t row) { return of_measure->contains(row); });
        }
        continue;
      }
      const auto& column = segment.column(measures[at].column);
      for (auto row = begin; row != end; ++row) {
        if (!of_measure || of_measure->contains(*row)) figures[at] += column.value(*row);
      }
    }
    begin = end;
  }
}

// One value's rows, as bits: like a filter of its own.
void add_dense(const Segment& segment, std::span<const std::uint64_t> rows,
               const std::vector<BucketRows>& buckets, const std::vector<report::Measure>& measures,
               const Selection& selection, BucketSums& sums) {
  Selection of_value;
  for (const std::optional<RowSet>& of_measure : selection.of_measure) {
    RowSet both(segment.size());
    both.unite(rows);
    if (of_measure) both.intersect(*of_measure);
    of_value.of_measure.emplace_back(both);
  }
  add_ungrouped(segment, buckets, measures, of_value, sums);
}

// The groups met so far, each with its figures, in the order of meeting.
class Groups {
 public:
  explicit Groups(std::size_t measures) : measures_(measures) {}

  BucketSums& operator[](const report::Value& value) {
    const auto [found, added] = numbers_.try_emplace(value, sums_.size());
    if (added) sums_.emplace_back(measures_);
    return sums_[found->second];
  }

  std::vector<report::ChatsCell> cells() const {
    std::vector<report::ChatsCell> cells;
    for (const auto& [key, number] : numbers_) {
      const report::Value& value = key;
      sums_[number].for_each([&](std::uint32_t bucket, std::span<const Sum> figures) {
        cells.push_back({bucket, value, {figures.begin(), figures.end()}});
      });
    }
    std::sort(cells.begin(), cells.end());
    return cells;
  }

 private:
  std::size_t measures_;
  std::unordered_map<report::Value, std::size_t> numbers_;
  std::deque<BucketSums> sums_;
};

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
  BucketSums ungrouped(measures.size());
  Groups groups(measures.size());
  for (const auto& segment : segments) {
    const std::vector<BucketRows> buckets = bucket_rows(*segment, plan);
    if (buckets.empty()) continue;
    const Selection selection = selection_of(*segment, predicate, measures);
    if (!source.group_by) {
      add_ungrouped(*segment, buckets, measures, selection, ungrouped);
      continue;
    }
    const FieldIndex& index = segment->index(*source.group_by);
    for (std::uint32_t number = 0; number < index.size(); ++number) {
      const Postings::View rows = index.rows(number);
      BucketSums& sums = groups[index.value(number)];
      if (rows.is_dense()) {
        add_dense(*segment, rows.dense, buckets, measures, selection, sums);
      } else {
        add_sparse(*segment, rows.sparse, buckets, measures, selection, sums);
      }
    }
  }
  if (source.group_by) return groups.cells();
  std::vector<report::ChatsCell> cells;
  ungrouped.for_each([&cells](std::uint32_t bucket, std::span<const Sum> figures) {
    cells.push_back({bucket, std::nullopt, {figures.begin(), figures.end()}});
  });
  return cells;
}

}  // namespace chatreports::engine::native
