#pragma once
// For each value of a dimension, the rows that have it: a sorted list of 16-bit rows, or a bit per
// row where the list would be longer than that.

#include <cstdint>
#include <span>
#include <vector>

#include "engine/native/row_set.h"

namespace chatreports::engine::native {

class Postings {
 public:
  // The rows of one value. Exactly one of the two is used.
  struct View {
    std::uint32_t count = 0;
    std::span<const std::uint16_t> sparse;  // ascending
    std::span<const std::uint64_t> dense;   // words_for(rows of the segment) words
    bool is_dense() const { return !dense.empty(); }
  };

  Postings() = default;
  explicit Postings(std::uint32_t segment_rows) : segment_rows_(segment_rows) {}

  // Adds the next value's rows: ascending, each once.
  void push_back(std::span<const std::uint16_t> rows);
  void shrink_to_fit();

  std::uint32_t size() const { return static_cast<std::uint32_t>(entries_.size()); }
  View operator[](std::uint32_t value) const;
  std::size_t bytes() const;

 private:
  struct Entry {
    std::uint32_t offset;  // into sparse_ or dense_
    std::uint32_t count;
  };

  bool is_dense(std::uint32_t count) const { return count > segment_rows_ / 16; }

  std::uint32_t segment_rows_ = 0;
  std::vector<Entry> entries_;
  std::vector<std::uint16_t> sparse_;
  std::vector<std::uint64_t> dense_;
};

// `into` ∪ the rows, `into` ∩ the rows.
void unite(RowSet& into, const Postings::View& rows);
void intersect(RowSet& into, const Postings::View& rows);

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
