#pragma once
// How a change is spread over a list of immutable chunks that lie in ascending order: each chunk
// that something is removed from or added to is made anew, and the others are kept as they are.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace chatreports::engine::native {

// `Row` ascends by `key_of(row)`; `removed` holds keys, `added` rows, in any order. `unpack(chunk)`
// answers the rows of a chunk, `first_key(chunk)` its first key, `make(span of rows)` a new chunk.
template <class Chunk, class Row, class Key, class KeyOf, class FirstKey, class Unpack, class Make>
std::vector<std::shared_ptr<const Chunk>> changed_chunks(
    const std::vector<std::shared_ptr<const Chunk>>& chunks, std::vector<Key> removed,
    std::vector<Row> added, std::uint32_t chunk_rows, KeyOf key_of, FirstKey first_key,
    Unpack unpack, Make make) {
  const auto by_key = [&](const Row& left, const Row& right) {
    return key_of(left) < key_of(right);
  };
  std::sort(removed.begin(), removed.end());
  std::stable_sort(added.begin(), added.end(), by_key);

  std::vector<std::shared_ptr<const Chunk>> changed;
  auto next_removed = removed.begin();
  auto next_added = added.begin();
  const std::size_t count = std::max<std::size_t>(chunks.size(), 1);
  for (std::size_t at = 0; at < count; ++at) {
    // A chunk owns the keys from its own first one (the first chunk: from the beginning of time) to
    // the next one's.
    auto end_removed = removed.end();
    auto end_added = added.end();
    const bool last = at + 1 == count;
    if (!last) {
      const Key end = first_key(*chunks[at + 1]);
      end_removed = std::lower_bound(next_removed, removed.end(), end);
      end_added = std::partition_point(next_added, added.end(),
                                       [&](const Row& row) { return key_of(row) < end; });
    }
    if (next_removed == end_removed && next_added == end_added) {
      if (!chunks.empty()) changed.push_back(chunks[at]);
      continue;
    }
    std::vector<Row> rows;
    if (!chunks.empty()) rows = unpack(*chunks[at]);
    std::erase_if(rows, [&](const Row& row) {
      // Equal keys are removed as often as they are asked to be.
      while (next_removed != end_removed && *next_removed < key_of(row)) ++next_removed;
      if (next_removed == end_removed || key_of(row) < *next_removed) return false;
      ++next_removed;
      return true;
    });
    const auto middle = static_cast<std::ptrdiff_t>(rows.size());
    rows.insert(rows.end(), std::make_move_iterator(next_added),
                std::make_move_iterator(end_added));
    std::inplace_merge(rows.begin(), rows.begin() + middle, rows.end(), by_key);
    next_removed = end_removed;
    next_added = end_added;

    // At the end full chunks pile up; in the middle an overfull chunk is halved, so that the next
    // latecomers find room.
    std::size_t begin = 0;
    while (begin < rows.size()) {
      const std::size_t left = rows.size() - begin;
      std::size_t size = std::min<std::size_t>(left, chunk_rows);
      if (!last && left > chunk_rows && left < 2 * std::size_t{chunk_rows}) size = left / 2;
      changed.push_back(std::make_shared<const Chunk>(make(std::span(rows).subspan(begin, size))));
      begin += size;
    }
  }
  return changed;
}

}  // namespace chatreports::engine::native
