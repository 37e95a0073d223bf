#include "engine/native/columns/row_set.h"

#include <algorithm>

namespace chatreports::engine::native {

RowSet& RowSet::operator=(const RowSet& other) {
  rows_ = other.rows_;
  std::copy_n(other.words_.begin(), word_count(), words_.begin());
  return *this;
}

void RowSet::clear() {
  std::fill_n(words_.begin(), word_count(), 0);
}

void RowSet::fill() {
  for_each_word({0, rows_},
                [this](std::uint32_t index, std::uint64_t mask) { words_[index] = mask; });
}

void RowSet::complement() {
  for_each_word({0, rows_}, [this](std::uint32_t index, std::uint64_t mask) {
    words_[index] = ~words_[index] & mask;
  });
}

void RowSet::unite(std::span<const std::uint64_t> words) {
  for (std::uint32_t index = 0; index < word_count(); ++index) words_[index] |= words[index];
}

void RowSet::intersect(std::span<const std::uint64_t> words) {
  for (std::uint32_t index = 0; index < word_count(); ++index) words_[index] &= words[index];
}

void RowSet::subtract(std::span<const std::uint64_t> words) {
  for (std::uint32_t index = 0; index < word_count(); ++index) words_[index] &= ~words[index];
}

void RowSet::unite(const RowSet& other) {
  unite(other.words());
}

void RowSet::intersect(const RowSet& other) {
  intersect(other.words());
}

std::uint32_t RowSet::count(RowRange range) const {
  std::uint32_t total = 0;
  for_each_word(range, [&](std::uint32_t index, std::uint64_t mask) {
    total += static_cast<std::uint32_t>(std::popcount(words_[index] & mask));
  });
  return total;
}

std::uint32_t RowSet::count(RowRange range, std::span<const std::uint64_t> words) const {
  std::uint32_t total = 0;
  for_each_word(range, [&](std::uint32_t index, std::uint64_t mask) {
    total += static_cast<std::uint32_t>(std::popcount(words_[index] & words[index] & mask));
  });
  return total;
}

}  // namespace chatreports::engine::native
