#pragma once
// A set of rows of one segment, one bit each. It takes at most 8 KiB, so that a plan's work on a
// segment stays in the nearest cache.

#include <array>
#include <bit>
#include <cstdint>
#include <span>

namespace chatreports::engine::native {

constexpr std::uint32_t max_segment_rows = 65'536;  // a row is 16 bits wide everywhere
constexpr std::uint32_t rows_per_word = 64;

constexpr std::uint32_t words_for(std::uint32_t rows) {
  return (rows + rows_per_word - 1) / rows_per_word;
}

// Rows [begin, end) of a segment.
struct RowRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t size() const { return end - begin; }
  bool operator==(const RowRange&) const = default;
};

class RowSet {
 public:
  // Makes an empty set of a segment of that many rows.
  explicit RowSet(std::uint32_t rows) : rows_(rows) { clear(); }
  RowSet(const RowSet& other) : rows_(other.rows_) { *this = other; }
  RowSet& operator=(const RowSet& other);

  std::uint32_t rows() const { return rows_; }
  std::uint64_t word(std::uint32_t index) const { return words_[index]; }

  std::span<const std::uint64_t> words() const { return std::span(words_).first(word_count()); }

  bool contains(std::uint32_t row) const {
    return ((words_[row / rows_per_word] >> (row % rows_per_word)) & 1) != 0;
  }
  void insert(std::uint32_t row) {
    words_[row / rows_per_word] |= std::uint64_t{1} << (row % rows_per_word);
  }
  void erase(std::uint32_t row) {
    words_[row / rows_per_word] &= ~(std::uint64_t{1} << (row % rows_per_word));
  }
  void clear();
  void fill();
  void complement();
  // These have as many words as this set.
  void unite(std::span<const std::uint64_t> words);
  void intersect(std::span<const std::uint64_t> words);
  void subtract(std::span<const std::uint64_t> words);
  void unite(const RowSet& other);
  void intersect(const RowSet& other);

  std::uint32_t count(RowRange range) const;
  // Counts the intersection of this set and `words` without making it.
  std::uint32_t count(RowRange range, std::span<const std::uint64_t> words) const;

  // Calls visit(word index, mask) for each word of the range; the mask has the bits of the range.
  template <class Visit>
  static void for_each_word(RowRange range, Visit visit) {
    if (range.begin >= range.end) return;
    const std::uint32_t first = range.begin / rows_per_word;
    const std::uint32_t last = (range.end - 1) / rows_per_word;
    for (std::uint32_t index = first; index <= last; ++index) {
      std::uint64_t mask = ~std::uint64_t{0};
      if (index == first) mask &= ~std::uint64_t{0} << (range.begin % rows_per_word);
      if (index == last) mask &= ~std::uint64_t{0} >> (63 - (range.end - 1) % rows_per_word);
      visit(index, mask);
    }
  }

  // Calls visit(row) for each row of the set within the range, ascending.
  template <class Visit>
  void for_each_row(RowRange range, Visit visit) const {
    for_each_word(range, [&](std::uint32_t index, std::uint64_t mask) {
      for (std::uint64_t word = words_[index] & mask; word != 0; word &= word - 1) {
        visit(index * rows_per_word + static_cast<std::uint32_t>(std::countr_zero(word)));
      }
    });
  }

 private:
  std::uint32_t word_count() const { return words_for(rows_); }

  std::uint32_t rows_;
  std::array<std::uint64_t, words_for(max_segment_rows)> words_;  // the first word_count() are set
};

}  // namespace chatreports::engine::native
