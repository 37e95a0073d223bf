#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <numeric>
#include <optional>

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

// For each measure the rows of a segment that it is about. Nothing stands for all rows, so that a
// question without a filter costs no set at all.
using Selection = std::vector<std::optional<RowSet>>;

Selection selection_of(const Segment& segment, const report::Predicate& predicate,
                       const std::vector<report::Measure>& measures) {
  std::optional<RowSet> picked;
  if (!holds_for_all(predicate)) picked = select(segment, predicate);
  Selection selection;
  for (const report::Measure& measure : measures) {
    std::optional<RowSet>& rows = selection.emplace_back();
    if (measure.where && !holds_for_all(*measure.where)) {
      rows = select(segment, *measure.where);
      if (picked) rows->intersect(*picked);
    } else if (picked) {
      rows = *picked;
    }
  }
  return selection;
}

Sum figure_of(const Segment& segment, Column column, RowRange range,
              const std::optional<RowSet>& rows) {
  if (column == Column::count) return rows ? rows->count(range) : range.size();
  return rows ? segment.column(column).sum(range, *rows) : segment.column(column).sum(range);
}

void add_ungrouped(const Segment& segment, const std::vector<BucketRows>& buckets,
                   const std::vector<report::Measure>& measures, const Selection& selection,
                   BucketSums& sums) {
  for (const BucketRows& bucket : buckets) {
    const std::span<Sum> figures = sums[bucket.bucket];
    for (std::size_t at = 0; at < measures.size(); ++at) {
      figures[at] += figure_of(segment, measures[at].column, bucket.rows, selection[at]);
    }
  }
}

// Which measures each row of a segment belongs to, as bits of a byte: so that the rows of a value
// are walked once, not once a measure. Only for counts, and only for so many of them.
class Marks {
 public:
  static constexpr std::size_t max_measures = 4;

  static bool are_possible(const std::vector<report::Measure>& measures) {
    return measures.size() <= max_measures &&
           std::ranges::all_of(measures, [](const report::Measure& measure) {
             return measure.column == Column::count;
           });
  }

  // Of the rows of the range; nothing may be asked of others.
  Marks(RowRange range, const Selection& selection)
      : first_word_(range.begin / rows_per_word),
        marks_((words_for(range.end) - first_word_) * std::size_t{8}) {
    for (std::size_t at = 0; at < selection.size(); ++at) {
      const std::optional<RowSet>& rows = selection[at];
      for (std::uint32_t index = first_word_; index < words_for(range.end); ++index) {
        add(index, rows ? rows->word(index) : ~std::uint64_t{0}, at);
      }
    }
  }

  // How many of the rows, fewer than 65,536, belong to each measure: 16 bits each, the first
  // measure in the lowest.
  std::uint64_t count(std::span<const std::uint16_t> rows) const {
    const auto* marks = reinterpret_cast<const unsigned char*>(marks_.data());
    const std::uint32_t first_row = first_word_ * rows_per_word;
    std::uint64_t counts = 0;
    for (const std::uint16_t row : rows) counts += lanes[marks[row - first_row]];
    return counts;
  }

 private:
  static constexpr auto lanes = [] {
    std::array<std::uint64_t, 1 << max_measures> made{};
    for (std::size_t mark = 0; mark < made.size(); ++mark) {
      for (std::size_t at = 0; at < max_measures; ++at) {
        made[mark] |= std::uint64_t{(mark >> at) & 1} << (16 * at);
      }
    }
    return made;
  }();

  // Eight bits → eight bytes of 0 or 1, the lowest bit in the first.
  static constexpr auto bytes_of = [] {
    std::array<std::uint64_t, 256> made{};
    for (std::size_t bits = 0; bits < made.size(); ++bits) {
      std::array<std::uint8_t, 8> bytes{};
      for (std::size_t at = 0; at < bytes.size(); ++at) {
        bytes[at] = static_cast<std::uint8_t>((bits >> at) & 1);
      }
      made[bits] = std::bit_cast<std::uint64_t>(bytes);
    }
    return made;
  }();

  void add(std::uint32_t index, std::uint64_t word, std::size_t measure) {
    std::uint64_t* marks = &marks_[std::size_t{index - first_word_} * 8];
    for (std::size_t at = 0; at < 8; ++at) {
      marks[at] |= bytes_of[(word >> (8 * at)) & 0xFF] << measure;
    }
  }

  std::uint32_t first_word_;
  std::vector<std::uint64_t> marks_;  // eight rows each, from the first word on
};

// A segment's part of a plan that groups.
struct GroupedPart {
  const Segment& segment;
  const std::vector<BucketRows>& buckets;
  const std::vector<report::Measure>& measures;
  const Selection& selection;
  std::optional<Marks> marks;
};

// The figures of some rows of one value: those of one bucket.
void add_rows(const GroupedPart& part, std::span<const std::uint16_t> rows,
              std::span<Sum> figures) {
  if (part.marks) {
    std::uint64_t counts = part.marks->count(rows);
    for (Sum& figure : figures) {
      figure += counts & 0xFFFF;
      counts >>= 16;
    }
    return;
  }
  for (std::size_t at = 0; at < part.measures.size(); ++at) {
    const std::optional<RowSet>& of_measure = part.selection[at];
    if (part.measures[at].column == Column::count) {
      figures[at] +=
          of_measure
              ? std::ranges::count_if(
                    rows, [&of_measure](std::uint16_t row) { return of_measure->contains(row); })
              : static_cast<std::ptrdiff_t>(rows.size());
      continue;
    }
    const auto& column = part.segment.column(part.measures[at].column);
    if (!of_measure) {
      figures[at] += column.sum(rows);
      continue;
    }
    for (const std::uint16_t row : rows) {
      if (of_measure->contains(row)) figures[at] += column.value(row);
    }
  }
}

// One value's rows, as a sorted list: bucket by bucket.
void add_sparse(const GroupedPart& part, const Postings::View& rows, BucketSums& sums) {
  std::uint32_t begin = rows.rank(part.buckets.front().rows.begin);
  for (const BucketRows& bucket : part.buckets) {
    const std::uint32_t end = rows.rank(bucket.rows.end);
    if (begin != end) {
      add_rows(part, rows.sparse.subspan(begin, end - begin), sums[bucket.bucket]);
    }
    begin = end;
  }
}

// One value's rows, as bits: like a filter of its own.
void add_dense(const GroupedPart& part, const Postings::View& rows, BucketSums& sums) {
  for (std::size_t at = 0; at < part.measures.size(); ++at) {
    const Column column = part.measures[at].column;
    const std::optional<RowSet>& of_measure = part.selection[at];
    std::optional<RowSet> both;
    if (column != Column::count) {
      both.emplace(part.segment.size()).unite(rows.dense);
      if (of_measure) both->intersect(*of_measure);
    }
    for (const BucketRows& bucket : part.buckets) {
      Sum& figure = sums[bucket.bucket][at];
      if (both) {
        figure += figure_of(part.segment, column, bucket.rows, both);
      } else {
        figure += of_measure ? of_measure->count(bucket.rows, rows.dense)
                             : rows.rank(bucket.rows.end) - rows.rank(bucket.rows.begin);
      }
    }
  }
}

// The groups met so far, each with its figures. The values of a segment ascend, and are mostly
// those of the segment before: walking beside them finds each without a search.
class Groups {
 public:
  explicit Groups(std::size_t measures) : measures_(measures) {}

  void begin_segment() { next_ = groups_.begin(); }

  BucketSums& of(const FieldIndex& index, std::uint32_t number) {
    std::strong_ordering order =
        next_ == groups_.end() ? std::strong_ordering::less : index.compare(number, next_->first);
    if (order == std::strong_ordering::greater) {
      next_ = groups_.lower_bound(index.value(number));
      order =
          next_ == groups_.end() ? std::strong_ordering::less : index.compare(number, next_->first);
    }
    if (order == std::strong_ordering::equal) return (next_++)->second;
    return groups_.emplace_hint(next_, index.value(number), measures_)->second;
  }

  // By bucket, then by value. There may be many cells: they are put in their places, not sorted.
  report::ChatsTable table() const {
    std::vector<std::size_t> begins;  // of each bucket's cells
    for (const auto& [value, sums] : groups_) {
      sums.for_each([&begins](std::uint32_t bucket, std::span<const Sum>) {
        if (begins.size() < bucket + std::size_t{2}) begins.resize(bucket + std::size_t{2});
        ++begins[bucket + std::size_t{1}];
      });
    }
    std::partial_sum(begins.begin(), begins.end(), begins.begin());
    report::ChatsTable table(measures_);
    table.resize(begins.empty() ? 0 : begins.back());
    for (const auto& entry : groups_) {
      std::uint32_t group = report::ChatsTable::no_group;
      entry.second.for_each([&](std::uint32_t bucket, std::span<const Sum> figures) {
        if (group == report::ChatsTable::no_group) group = table.add_group(entry.first);
        table.set(begins[bucket]++, bucket, group, figures);
      });
    }
    return table;
  }

 private:
  std::size_t measures_;
  std::map<report::Value, BucketSums> groups_;
  std::map<report::Value, BucketSums>::iterator next_;
};

void add_grouped(const GroupedPart& part, const FieldIndex& index, Groups& groups) {
  groups.begin_segment();
  for (std::uint32_t number = 0; number < index.size(); ++number) {
    const Postings::View rows = index.rows(number);
    BucketSums& sums = groups.of(index, number);
    if (rows.is_dense()) {
      add_dense(part, rows, sums);
    } else {
      add_sparse(part, rows, sums);
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
  const bool marks_pay = measures.size() > 1 && Marks::are_possible(measures);
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
    GroupedPart part{*segment, buckets, measures, selection, std::nullopt};
    if (marks_pay) {
      part.marks.emplace(RowRange{buckets.front().rows.begin, buckets.back().rows.end}, selection);
    }
    add_grouped(part, segment->index(*source.group_by), groups);
  }
  if (source.group_by) return groups.table();
  report::ChatsTable table(measures.size());
  ungrouped.for_each([&table](std::uint32_t bucket, std::span<const Sum> figures) {
    table.add(bucket, report::ChatsTable::no_group, figures);
  });
  return table;
}

}  // namespace chatreports::engine::native
