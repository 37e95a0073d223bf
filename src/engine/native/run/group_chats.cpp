#include "engine/native/run/group_chats.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>
#include <optional>

namespace chatreports::engine::native {
namespace {

using report::Column;
using report::Sum;

// The measures that each row of a segment belongs to, as bits of a byte, so that the rows of a
// value are walked once for all measures. Only for up to max_measures counts.
class Marks {
 public:
  static constexpr std::size_t max_measures = 4;

  static bool are_possible(const std::vector<report::Measure>& measures) {
    return measures.size() <= max_measures &&
           std::ranges::all_of(measures, [](const report::Measure& measure) {
             return measure.column == Column::count;
           });
  }

  // Marks the rows of the range.
  Marks(RowRange range, const std::vector<MeasureRows>& selection)
      : first_word_(range.begin / rows_per_word),
        marks_((words_for(range.end) - first_word_) * std::size_t{8}) {
    for (std::size_t at = 0; at < selection.size(); ++at) {
      const MeasureRows& rows = selection[at];
      for (std::uint32_t index = first_word_; index < words_for(range.end); ++index) {
        add(index, rows.are_all() ? ~std::uint64_t{0} : rows.set().word(index), at);
      }
    }
  }

  // Returns how many of the rows belong to each measure, 16 bits each, the first measure in the
  // lowest. There are fewer than 65,536 rows, all of them in the range.
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

  // Eight bits → eight bytes of 0 or 1; the lowest bit is the first byte.
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

// Adds up the rows of values whose rows are sparse.
class SparseRows {
 public:
  explicit SparseRows(const GroupedPart& part) : part_(part), figures_(part.measures.size()) {
    if (part.measures.size() > 1 && Marks::are_possible(part.measures)) {
      marks_.emplace(RowRange{part.buckets.front().rows.begin, part.buckets.back().rows.end},
                     part.selection);
    }
    for (std::size_t at = 0; at < part.measures.size(); ++at) {
      const bool counts = part.measures[at].column == Column::count;
      counts_all_ = counts_all_ || (counts && part.selection[at].are_all());
    }
  }

  // Adds the rows of one value. Buckets without a row are skipped, and get no figures.
  void add(const Postings::View& rows, BucketSums& sums) {
    const std::vector<BucketRows>& buckets = part_.buckets;
    const std::uint32_t last = rows.rank(buckets.back().rows.end);
    std::uint32_t begin = rows.rank(buckets.front().rows.begin);
    auto bucket = buckets.begin();
    while (begin < last) {
      const std::uint32_t row = rows.sparse[begin];
      if (bucket->rows.end <= row) ++bucket;  // the row is mostly in the next bucket
      if (bucket->rows.end <= row) {
        bucket = std::ranges::upper_bound(bucket, buckets.end(), row, {},
                                          [](const BucketRows& one) { return one.rows.end; });
      }
      const std::uint32_t end = bucket + 1 == buckets.end() ? last : rows.rank(bucket->rows.end);
      add_bucket(bucket->bucket, rows.sparse.subspan(begin, end - begin), sums);
      begin = end;
    }
  }

 private:
  void add_bucket(std::uint32_t bucket, std::span<const std::uint16_t> rows, BucketSums& sums) {
    if (counts_all_) return add_to(sums[bucket], rows);
    figures_.assign(figures_.size(), 0);
    add_to(figures_, rows);
    if (are_nothing(figures_)) return;
    const std::span<Sum> of_bucket = sums[bucket];
    for (std::size_t at = 0; at < figures_.size(); ++at) {
      grow(of_bucket[at], figures_[at], part_.measures[at].aggregate);
    }
  }

  void add_to(std::span<Sum> figures, std::span<const std::uint16_t> rows) const {
    if (marks_) {
      std::uint64_t counts = marks_->count(rows);
      for (Sum& figure : figures) {
        figure += counts & 0xFFFF;
        counts >>= 16;
      }
      return;
    }
    for (std::size_t at = 0; at < part_.measures.size(); ++at) {
      const MeasureRows& of_measure = part_.selection[at];
      const auto& [column, where, aggregate] = part_.measures[at];
      if (column == Column::count) {
        figures[at] += count(rows, of_measure);
      } else {
        part_.segment.visit_column(
            column, [&, &figure = figures[at], aggregate = aggregate](const auto& values) {
              add_values(values, rows, of_measure, aggregate, figure);
            });
      }
    }
  }

  static Sum count(std::span<const std::uint16_t> rows, const MeasureRows& of_measure) {
    if (of_measure.are_all()) return rows.size();
    const RowSet& set = of_measure.set();
    return std::ranges::count_if(rows, [&set](std::uint16_t row) { return set.contains(row); });
  }

  template <class Values>
  static void add_values(const Values& values, std::span<const std::uint16_t> rows,
                         const MeasureRows& of_measure, Aggregate aggregate, Sum& figure) {
    if (aggregate == Aggregate::sum && of_measure.are_all()) {
      figure += values.sum(rows);
      return;
    }
    for (const std::uint16_t row : rows) {
      if (!of_measure.are_all() && !of_measure.set().contains(row)) continue;
      grow(figure, part_of(values.value(row), aggregate), aggregate);
    }
  }

  const GroupedPart& part_;
  std::optional<Marks> marks_;
  bool counts_all_ = false;   // a measure counts each row, so no bucket's figures are all 0
  std::vector<Sum> figures_;  // room for one bucket
};

// The part that dense rows of one value add to a figure within a bucket. With `both` only those of
// the rows count.
template <class Values>
Sum part_of_dense(const Values& values, const Postings::View& rows, const RowSet* both,
                  RowRange range, Aggregate aggregate) {
  if (aggregate == Aggregate::sum) {
    return values.sum(range, both != nullptr ? both->words() : rows.dense);
  }
  Sum part = 0;
  for_each_row(rows, range, [&](std::uint32_t row) {
    if (both != nullptr && !both->contains(row)) return;
    grow(part, part_of(values.value(row), aggregate), aggregate);
  });
  return part;
}

// Adds up dense rows of one value.
void add_dense(const GroupedPart& part, const Postings::View& rows, BucketSums& sums) {
  for (std::size_t at = 0; at < part.measures.size(); ++at) {
    const auto& [column, where, aggregate] = part.measures[at];
    const MeasureRows& of_measure = part.selection[at];
    std::optional<RowSet> both;
    if (column != Column::count && !of_measure.are_all()) {
      both.emplace(of_measure.set()).intersect(rows.dense);
    }
    for (const BucketRows& bucket : part.buckets) {
      Sum figure = 0;
      if (column != Column::count) {
        figure = part.segment.visit_column(column, [&, aggregate = aggregate](const auto& values) {
          return part_of_dense(values, rows, both ? &*both : nullptr, bucket.rows, aggregate);
        });
      } else if (of_measure.are_all()) {
        figure = rows.rank(bucket.rows.end) - rows.rank(bucket.rows.begin);
      } else {
        figure = of_measure.set().count(bucket.rows, rows.dense);
      }
      if (figure != 0) grow(sums[bucket.bucket][at], figure, aggregate);
    }
  }
}

constexpr std::size_t steps_a_value = 8;

// Walks the rows of each value.
void add_by_value(const GroupedPart& part, const FieldIndex& index, Groups& groups) {
  SparseRows sparse(part);
  groups.begin_segment();
  for (std::uint32_t number = 0; number < index.size(); ++number) {
    const Postings::View rows = index.rows(number);
    BucketSums& sums = groups.of(index, number);
    const std::size_t before = sums.size();
    std::size_t steps = steps_a_value + rows.sparse.size();
    if (rows.is_dense()) {
      add_dense(part, rows, sums);
      steps += part.buckets.size() + part.segment.size() / 16;
    } else {
      sparse.add(rows, sums);
    }
    if (groups.added(index, number, sums.size() - before, steps)) return;
  }
}

// Goes through the rows that are selected, and their values.
void add_by_row(const GroupedPart& part, const FieldIndex& index, Groups& groups) {
  std::vector<BucketSums*> sums_of(index.size());
  groups.begin_segment();
  for (std::uint32_t number = 0; number < index.size(); ++number) {
    sums_of[number] = &groups.of(index, number);
    if (groups.added(index, number, 0, steps_a_value)) return;
  }
  std::vector<Sum> figures(index.size());  // of one bucket and measure
  std::vector<std::uint32_t> touched;      // the numbers of those that are not 0
  for (std::size_t at = 0; at < part.measures.size(); ++at) {
    const RowSet& selected = part.selection[at].set();
    const Column kind = part.measures[at].column;
    const Aggregate aggregate = part.measures[at].aggregate;
    const auto value_of_row = [&](std::uint32_t row) {
      return part.segment.visit_column(kind,
                                       [row](const auto& values) { return values.value(row); });
    };
    for (const BucketRows& bucket : part.buckets) {
      std::size_t steps = 1;
      selected.for_each_row(bucket.rows, [&](std::uint32_t row) {
        const Sum figure = kind == Column::count ? 1 : part_of(value_of_row(row), aggregate);
        if (figure == 0) return;
        index.for_each_value_of(row, [&](std::uint32_t number) {
          ++steps;
          if (figures[number] == 0) touched.push_back(number);
          grow(figures[number], figure, aggregate);
        });
      });
      for (const std::uint32_t number : touched) {
        BucketSums& sums = *sums_of[number];
        const std::size_t before = sums.size();
        grow(sums[bucket.bucket][at], figures[number], aggregate);
        figures[number] = 0;
        if (groups.added(index, number, sums.size() - before, steps)) return;
        steps = 1;
      }
      touched.clear();
    }
  }
}

// A selected row costs a few looks, a pair of a row and a value less than one.
constexpr std::uint32_t pairs_per_selected_row = 6;

bool rows_are_fewer(const GroupedPart& part, const FieldIndex& index) {
  if (!index.has_values_of_rows()) return false;
  const RowRange range{part.buckets.front().rows.begin, part.buckets.back().rows.end};
  // Only the pairs of these rows are gone through.
  const double share = static_cast<double>(range.size()) / part.segment.size();
  std::uint32_t selected = 0;
  for (const MeasureRows& rows : part.selection) {
    if (rows.are_all()) return false;
    selected += rows.count(range);
  }
  return selected * pairs_per_selected_row < index.pairs() * share;
}

}  // namespace

void Groups::add(const Groups& other) {
  for (const auto& [value, sums] : other.groups_) {
    groups_.at(value, measures_).add(sums);
    if (steps_.take(steps_a_value + sums.size())) return;
  }
}

// There may be many cells, so they are put in their places in place of being sorted.
report::ChatsTable Groups::table() {
  std::vector<std::size_t> begins;  // of each bucket's cells
  report::ChatsTable table(measures_.size());
  for (const auto& [value, sums] : groups_) {
    if (steps_.take(steps_a_value + sums.size())) return table;
    sums.for_each([&begins](std::uint32_t bucket, std::span<const Sum>) {
      if (begins.size() < bucket + std::size_t{2}) begins.resize(bucket + std::size_t{2});
      ++begins[bucket + std::size_t{1}];
    });
  }
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  table.resize(begins.empty() ? 0 : begins.back());
  for (const auto& entry : groups_) {
    if (steps_.take(steps_a_value + entry.second.size())) return table;
    std::uint32_t group = report::ChatsTable::no_group;
    entry.second.for_each([&](std::uint32_t bucket, std::span<const Sum> figures) {
      if (group == report::ChatsTable::no_group) group = table.add_group(value_of(entry.first));
      table.set(begins[bucket]++, bucket, group, figures);
    });
  }
  return table;
}

void add_grouped(const GroupedPart& part, const report::Field& group_by, Groups& groups) {
  const FieldIndex index = part.segment.index(group_by);
  if (rows_are_fewer(part, index)) {
    add_by_row(part, index, groups);
  } else {
    add_by_value(part, index, groups);
  }
}

void add_totals(const Segment& segment, std::uint32_t bucket, const report::Field& group_by,
                const std::vector<report::Measure>& measures, Groups& groups) {
  const FieldIndex index = segment.index(group_by);
  const auto totals =
      segment.totals().of(group_by, measures, [&]() -> std::optional<std::vector<Sum>> {
        // Without a limit here: the sums to which these are added have one.
        Allowance& allowance = groups.allowance();
        CellBytes bytes(allowance, SIZE_MAX);
        const std::vector<BucketRows> whole{{{0, segment.size()}, 0}};
        Groups of_segment(measures, bytes);
        const GroupedPart part{
            segment, whole, measures,
            select_measures(segment, nullptr, measures, MeasureRows::Form::set, allowance)};
        add_by_value(part, index, of_segment);
        std::vector<Sum> figures;
        of_segment.begin_segment();
        for (std::uint32_t number = 0; number < index.size(); ++number) {
          const std::span<const Sum> of_value = of_segment.of(index, number)[0];
          figures.insert(figures.end(), of_value.begin(), of_value.end());
        }
        if (allowance.end() != Allowance::End::none) return std::nullopt;
        return figures;
      });
  if (totals == nullptr) return;
  groups.begin_segment();
  for (std::uint32_t number = 0; number < index.size(); ++number) {
    const auto of_value = std::span(*totals).subspan(number * measures.size(), measures.size());
    BucketSums& sums = groups.of(index, number);
    const std::size_t before = sums.size();
    if (!are_nothing(of_value)) {
      const std::span<Sum> figures = sums[bucket];
      for (std::size_t at = 0; at < figures.size(); ++at) {
        grow(figures[at], of_value[at], measures[at].aggregate);
      }
    }
    if (groups.added(index, number, sums.size() - before, steps_a_value)) return;
  }
}

}  // namespace chatreports::engine::native
