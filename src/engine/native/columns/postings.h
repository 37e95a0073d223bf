#pragma once
// Postings hold the rows that have a value, for each value of a dimension: as a sorted list of
// 16-bit rows, or as one bit a row if the list would be longer.

#include <cstdint>
#include <span>
#include <vector>

#include "engine/native/columns/array.h"
#include "engine/native/columns/row_set.h"

namespace chatreports::engine::native {

class Postings {
 public:
  // The rows of one value: either sparse or dense is used.
  struct View {
    std::uint32_t count = 0;
    std::span<const std::uint16_t> sparse;  // ascending
    std::span<const std::uint64_t> dense;   // words_for(rows of the segment) words
    std::span<const std::uint16_t> ranks;   // the bits of dense before every words_per_rank words
    bool is_dense() const { return !dense.empty(); }
    // Returns how many of the rows are below `row`. Cost: a binary search in sparse rows; a look
    // and at most 8 words in dense rows.
    std::uint32_t rank(std::uint32_t row) const;
  };
  static constexpr std::uint32_t words_per_rank = 8;

  class Builder;

  std::uint32_t size() const { return static_cast<std::uint32_t>(sparse_ends_.size()); }
  View operator[](std::uint32_t value) const;

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    layout(self.segment_rows_, self.sparse_, self.sparse_ends_, self.dense_values_,
           self.dense_counts_, self.dense_, self.ranks_);
  }

 private:
  static bool is_dense(std::uint32_t count, std::uint32_t segment_rows) {
    return count > segment_rows / 16;
  }
  static constexpr std::uint32_t ranks_for(std::uint32_t rows) {
    return (words_for(rows) + words_per_rank - 1) / words_per_rank;
  }

  std::uint32_t segment_rows_ = 0;
  Array<std::uint16_t> sparse_;
  Array<std::uint32_t> sparse_ends_;   // of each value's list, which is empty if its rows are dense
  Array<std::uint32_t> dense_values_;  // the values whose rows are dense, ascending
  Array<std::uint32_t> dense_counts_;  // how many rows each of these has
  Array<std::uint64_t> dense_;         // their bits, one value after another
  Array<std::uint16_t> ranks_;
};

class Postings::Builder {
 public:
  explicit Builder(std::uint32_t segment_rows) : segment_rows_(segment_rows) {}
  // Adds the next value's rows: ascending, each once.
  void push_back(std::span<const std::uint16_t> rows);
  Postings build() &&;

 private:
  std::uint32_t segment_rows_;
  std::vector<std::uint16_t> sparse_;
  std::vector<std::uint32_t> sparse_ends_;
  std::vector<std::uint32_t> dense_values_;
  std::vector<std::uint32_t> dense_counts_;
  std::vector<std::uint64_t> dense_;
};

// Make `into` its union with the rows, its intersection with them, or its difference from them.
void unite(RowSet& into, const Postings::View& rows);
void intersect(RowSet& into, const Postings::View& rows);
void subtract(RowSet& into, const Postings::View& rows);

// Calls visit(row) for each of the rows within the range, ascending.
template <class Visit>
void for_each_row(const Postings::View& rows, RowRange range, Visit visit) {
  if (!rows.is_dense()) {
    const std::uint32_t begin = rows.rank(range.begin);
    for (const std::uint16_t row : rows.sparse.subspan(begin, rows.rank(range.end) - begin)) {
      visit(std::uint32_t{row});
    }
    return;
  }
  RowSet::for_each_word(range, [&](std::uint32_t index, std::uint64_t mask) {
    for (std::uint64_t word = rows.dense[index] & mask; word != 0; word &= word - 1) {
      visit(index * rows_per_word + static_cast<std::uint32_t>(std::countr_zero(word)));
    }
  });
}

template <class Visit>
void for_each_row(const Postings::View& rows, Visit visit) {
  for (const std::uint16_t row : rows.sparse) visit(std::uint32_t{row});
  for (std::uint32_t index = 0; index < rows.dense.size(); ++index) {
    for (std::uint64_t word = rows.dense[index]; word != 0; word &= word - 1) {
      visit(index * rows_per_word + static_cast<std::uint32_t>(std::countr_zero(word)));
    }
  }
}

}  // namespace chatreports::engine::native
