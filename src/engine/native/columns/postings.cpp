#include "engine/native/columns/postings.h"

#include <bit>

#include "engine/native/columns/search.h"

namespace chatreports::engine::native {

void Postings::Builder::push_back(std::span<const std::uint16_t> rows) {
  const auto count = static_cast<std::uint32_t>(rows.size());
  if (is_dense(count, segment_rows_)) {
    const std::size_t offset = dense_.size();
    dense_values_.push_back(static_cast<std::uint32_t>(sparse_ends_.size()));
    dense_counts_.push_back(count);
    dense_.resize(offset + words_for(segment_rows_), 0);
    for (const std::uint16_t row : rows) {
      dense_[offset + row / rows_per_word] |= std::uint64_t{1} << (row % rows_per_word);
    }
  } else {
    sparse_.insert(sparse_.end(), rows.begin(), rows.end());
  }
  sparse_ends_.push_back(static_cast<std::uint32_t>(sparse_.size()));
}

Postings Postings::Builder::build() && {
  Postings postings;
  postings.segment_rows_ = segment_rows_;
  const std::uint32_t words = words_for(segment_rows_);
  std::vector<std::uint16_t> ranks;
  for (std::size_t offset = 0; offset < dense_.size(); offset += words) {
    std::uint32_t before = 0;
    for (std::uint32_t word = 0; word < words; ++word) {
      if (word % words_per_rank == 0) ranks.push_back(static_cast<std::uint16_t>(before));
      before += static_cast<std::uint32_t>(std::popcount(dense_[offset + word]));
    }
  }
  postings.sparse_ = std::move(sparse_);
  postings.sparse_ends_ = std::move(sparse_ends_);
  postings.dense_values_ = std::move(dense_values_);
  postings.dense_counts_ = std::move(dense_counts_);
  postings.dense_ = std::move(dense_);
  postings.ranks_ = std::move(ranks);
  return postings;
}

std::uint32_t Postings::View::rank(std::uint32_t row) const {
  if (!is_dense()) {
    if (row > UINT16_MAX) return count;
    return static_cast<std::uint32_t>(count_below(sparse, static_cast<std::uint16_t>(row)));
  }
  const std::uint32_t word = row / rows_per_word;
  if (word >= dense.size()) return count;
  const std::uint32_t block = word / words_per_rank;
  std::uint32_t before = ranks[block];
  for (std::uint32_t at = block * words_per_rank; at < word; ++at) {
    before += static_cast<std::uint32_t>(std::popcount(dense[at]));
  }
  const std::uint64_t below = (std::uint64_t{1} << (row % rows_per_word)) - 1;
  return before + static_cast<std::uint32_t>(std::popcount(dense[word] & below));
}

Postings::View Postings::operator[](std::uint32_t value) const {
  const std::uint32_t begin = value == 0 ? 0 : sparse_ends_[value - 1];
  const std::uint32_t end = sparse_ends_[value];
  if (begin != end || dense_values_.empty()) {
    return {end - begin, sparse_.span().subspan(begin, end - begin), {}, {}};
  }
  const std::size_t at = count_below(dense_values_.span(), value);
  if (at == dense_values_.size() || dense_values_[at] != value) return {};
  const std::uint32_t words = words_for(segment_rows_);
  const std::uint32_t ranks = ranks_for(segment_rows_);
  return {dense_counts_[at],
          {},
          dense_.span().subspan(at * words, words),
          ranks_.span().subspan(at * ranks, ranks)};
}

void unite(RowSet& into, const Postings::View& rows) {
  if (rows.is_dense()) {
    into.unite(rows.dense);
  } else {
    for (const std::uint16_t row : rows.sparse) into.insert(row);
  }
}

void intersect(RowSet& into, const Postings::View& rows) {
  if (rows.is_dense()) {
    into.intersect(rows.dense);
    return;
  }
  RowSet kept(into.rows());
  for (const std::uint16_t row : rows.sparse) {
    if (into.contains(row)) kept.insert(row);
  }
  into = kept;
}

void subtract(RowSet& into, const Postings::View& rows) {
  if (rows.is_dense()) {
    into.subtract(rows.dense);
  } else {
    for (const std::uint16_t row : rows.sparse) into.erase(row);
  }
}

}  // namespace chatreports::engine::native
