#include "engine/native/postings.h"

namespace chatreports::engine::native {

void Postings::push_back(std::span<const std::uint16_t> rows) {
  const auto count = static_cast<std::uint32_t>(rows.size());
  if (!is_dense(count)) {
    entries_.push_back({static_cast<std::uint32_t>(sparse_.size()), count});
    sparse_.insert(sparse_.end(), rows.begin(), rows.end());
    return;
  }
  const std::size_t offset = dense_.size();
  entries_.push_back({static_cast<std::uint32_t>(offset), count});
  dense_.resize(offset + words_for(segment_rows_), 0);
  for (const std::uint16_t row : rows) {
    dense_[offset + row / rows_per_word] |= std::uint64_t{1} << (row % rows_per_word);
  }
}

void Postings::shrink_to_fit() {
  entries_.shrink_to_fit();
  sparse_.shrink_to_fit();
  dense_.shrink_to_fit();
}

Postings::View Postings::operator[](std::uint32_t value) const {
  const Entry& entry = entries_[value];
  if (is_dense(entry.count)) {
    return {entry.count, {}, std::span(dense_).subspan(entry.offset, words_for(segment_rows_))};
  }
  return {entry.count, std::span(sparse_).subspan(entry.offset, entry.count), {}};
}

std::size_t Postings::bytes() const {
  return entries_.capacity() * sizeof(Entry) + sparse_.capacity() * sizeof(sparse_[0]) +
         dense_.capacity() * sizeof(dense_[0]);
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

}  // namespace chatreports::engine::native
