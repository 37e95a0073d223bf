#pragma once
// How a change is spread over a list of immutable chunks that lie in ascending order: each chunk
// that something is removed from or added to is made anew, and the others are kept as they are.
//
// Most changes are of what happens now, so the chunks at the end are small: a change there makes
// little anew, however much lies before it. The last chunk takes rows until it has `tail_rows` of
// them; then it is closed, and closed ones are put together unless the one before is twice as
// large, so that a row is moved a few times in all and there are few chunks: 65,536, 16,384, 1,024,
// 300.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <span>
#include <vector>

namespace chatreports::engine::native {

struct ChunkSizes {
  std::uint32_t most_rows = 65'536;  // in a chunk
  std::uint32_t tail_rows = 1'024;
};

// Chunk: made from a span of rows; size(), first_key(), unpack(), and ends_before(key), which may
// say no where it is not sure. Row: key().
template <class Chunk, class Row, class Key>
class ChunkChange {
 public:
  using Chunks = std::vector<std::shared_ptr<const Chunk>>;

  // `removed` holds keys that are there, `added` rows, in any order.
  static Chunks made(const Chunks& chunks, std::vector<Key> removed, std::vector<Row> added,
                     ChunkSizes sizes) {
    return ChunkChange(std::move(removed), std::move(added), sizes).apply_to(chunks);
  }

 private:
  ChunkChange(std::vector<Key> removed, std::vector<Row> added, ChunkSizes sizes)
      : sizes_(sizes), removed_(std::move(removed)), added_(std::move(added)) {
    std::sort(removed_.begin(), removed_.end());
    std::stable_sort(added_.begin(), added_.end(), by_key);
    next_removed_ = removed_.begin();
    next_added_ = added_.begin();
  }

  static bool by_key(const Row& left, const Row& right) { return left.key() < right.key(); }

  Chunks apply_to(const Chunks& chunks) {
    // A chunk owns the keys from its own first one (the first chunk: from the beginning of time) to
    // the next one's.
    for (std::size_t at = 0; at + 1 < chunks.size(); ++at) {
      const Key end = chunks[at + 1]->first_key();
      const auto end_removed = std::lower_bound(next_removed_, removed_.end(), end);
      const auto end_added = std::partition_point(
          next_added_, added_.end(), [&end](const Row& row) { return row.key() < end; });
      if (next_removed_ == end_removed && next_added_ == end_added) {
        changed_.push_back(chunks[at]);
      } else {
        add_in_the_middle(changed_rows(chunks[at]->unpack(), end_removed, end_added));
      }
    }
    if (next_removed_ == removed_.end() && next_added_ == added_.end()) {
      if (!chunks.empty()) changed_.push_back(chunks.back());
    } else {
      change_end(chunks.empty() ? nullptr : chunks.back());
    }
    return std::move(changed_);
  }

  // `last` is null where there is no chunk.
  void change_end(const std::shared_ptr<const Chunk>& last) {
    const Key first_touched = next_removed_ == removed_.end() ? next_added_->key()
                              : next_added_ == added_.end()
                                  ? *next_removed_
                                  : std::min(*next_removed_, next_added_->key());
    std::vector<Row> rows;
    std::size_t untouched = 0;
    if (last != nullptr && last->size() >= sizes_.tail_rows && last->ends_before(first_touched)) {
      changed_.push_back(last);
    } else if (last != nullptr) {
      rows = last->unpack();
      untouched = static_cast<std::size_t>(
          std::ranges::partition_point(rows,
                                       [&](const Row& row) { return row.key() < first_touched; }) -
          rows.begin());
    }
    rows = changed_rows(std::move(rows), removed_.end(), added_.end());
    // Parted where the change begins, so that the next one has less to make anew; not where that
    // would leave little before it.
    const bool parts = untouched >= sizes_.tail_rows && untouched > rows.size() / 2;
    const auto all = std::span<const Row>(rows);
    if (parts) add_full_chunks(all.first(untouched));
    add_full_chunks(all.subspan(parts ? untouched : 0));
    put_closed_together();
  }

  // The rows of a chunk without those that are removed and with those that are added, up to these.
  std::vector<Row> changed_rows(std::vector<Row> rows,
                                typename std::vector<Key>::iterator end_removed,
                                typename std::vector<Row>::iterator end_added) {
    std::erase_if(rows, [&](const Row& row) {
      // Equal keys are removed as often as they are asked to be.
      while (next_removed_ != end_removed && *next_removed_ < row.key()) ++next_removed_;
      if (next_removed_ == end_removed || row.key() < *next_removed_) return false;
      ++next_removed_;
      return true;
    });
    const auto middle = static_cast<std::ptrdiff_t>(rows.size());
    rows.insert(rows.end(), std::make_move_iterator(next_added_),
                std::make_move_iterator(end_added));
    std::inplace_merge(rows.begin(), rows.begin() + middle, rows.end(), by_key);
    next_removed_ = end_removed;
    next_added_ = end_added;
    return rows;
  }

  void add_chunk(std::span<const Row> rows) {
    changed_.push_back(std::make_shared<const Chunk>(rows));
  }

  void add_full_chunks(std::span<const Row> rows) {
    for (; rows.size() > sizes_.most_rows; rows = rows.subspan(sizes_.most_rows)) {
      add_chunk(rows.first(sizes_.most_rows));
    }
    if (!rows.empty()) add_chunk(rows);
  }

  // An overfull chunk is halved, so that the next latecomers find room.
  void add_in_the_middle(const std::vector<Row>& all) {
    auto rows = std::span<const Row>(all);
    if (rows.size() > sizes_.most_rows && rows.size() < 2 * std::size_t{sizes_.most_rows}) {
      add_chunk(rows.first(rows.size() / 2));
      rows = rows.subspan(rows.size() / 2);
    }
    add_full_chunks(rows);
  }

  void put_closed_together() {
    while (changed_.size() >= 2) {
      const Chunk& last = *changed_.back();
      const Chunk& before = *changed_[changed_.size() - 2];
      if (last.size() < sizes_.tail_rows || before.size() / 2 > last.size() ||
          before.size() + last.size() > sizes_.most_rows) {
        return;
      }
      std::vector<Row> rows = before.unpack();
      std::ranges::move(last.unpack(), std::back_inserter(rows));
      changed_.resize(changed_.size() - 2);
      add_chunk(rows);
    }
  }

  const ChunkSizes sizes_;
  std::vector<Key> removed_;
  std::vector<Row> added_;
  typename std::vector<Key>::iterator next_removed_;
  typename std::vector<Row>::iterator next_added_;
  Chunks changed_;
};

}  // namespace chatreports::engine::native
