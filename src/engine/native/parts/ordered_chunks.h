#pragma once
// How a change is applied to a list of immutable chunks in ascending order: each chunk that a row
// is removed from or added to is made anew, and the others stay as they are.
//
// A new chunk is made of runs of rows of other chunks: of those that stay, and of a small chunk
// that is made of the added rows. So the rows that stay are copied column by column, and a change
// costs a copy of the chunks that it touches.
//
// Most changes concern the present, so the chunks at the end are small: a change there makes little
// anew, however much lies before it. The last chunk takes rows until it has `tail_rows` of them;
// then it is closed. Closed chunks are put together unless the one before is more than twice as
// large, so that a row is moved a few times in all and there are few chunks: 65,536, 16,384, 1,024,
// 300. If rows are so large that the limit of bytes is reached first, bytes count in place of rows.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <ranges>
#include <span>
#include <utility>
#include <vector>

#include "engine/native/parts/chunk_sizes.h"

namespace chatreports::engine::native {

// Rows [begin, end) of a chunk.
template <class Chunk>
struct ChunkRun {
  std::shared_ptr<const Chunk> chunk;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t size() const { return end - begin; }
};

// A Chunk can be made from a span of rows and from a span of runs whose rows ascend. It has size(),
// bytes(), first_key(), key(row), and ends_before(key), which may return false if it is not sure. A
// Row has key().
template <class Chunk, class Row, class Key>
class ChunkChange {
 public:
  using Chunks = std::vector<std::shared_ptr<const Chunk>>;

  // Returns the chunks without the rows of the keys `removed`, which must be there, and with the
  // rows `added`. Both may come in any order.
  static Chunks made(const Chunks& chunks, std::vector<Key> removed, std::vector<Row> added,
                     ChunkSizes sizes) {
    return ChunkChange(std::move(removed), std::move(added), sizes).apply_to(chunks);
  }

 private:
  using Run = ChunkRun<Chunk>;

  // Rows in ascending order, each a row of some chunk.
  class Rows {
   public:
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    // An estimate, as if all rows of a chunk were of the same size.
    std::size_t bytes() const { return bytes_; }

    void add(const std::shared_ptr<const Chunk>& chunk, std::uint32_t begin, std::uint32_t end) {
      if (begin == end) return;
      size_ += end - begin;
      bytes_ += bytes_of(*chunk, end - begin);
      if (!runs_.empty() && runs_.back().chunk == chunk && runs_.back().end == begin) {
        runs_.back().end = end;
      } else {
        runs_.push_back({chunk, begin, end});
      }
    }

    // Removes the first `count` rows and returns them.
    Rows take_first(std::size_t count) {
      Rows taken;
      std::size_t whole = 0;  // runs
      for (; count > taken.size(); ++whole) {
        Run& run = runs_[whole];
        const std::size_t wanted = std::min<std::size_t>(run.size(), count - taken.size());
        const std::uint32_t end = run.begin + static_cast<std::uint32_t>(wanted);
        taken.add(run.chunk, run.begin, end);
        run.begin = end;
        if (run.size() > 0) break;
      }
      runs_.erase(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(whole));
      size_ -= taken.size();
      bytes_ -= taken.bytes();
      return taken;
    }

    std::shared_ptr<const Chunk> chunk() const {
      const Run& first = runs_.front();
      const bool is_whole = runs_.size() == 1 && first.size() == first.chunk->size();
      return is_whole ? first.chunk : std::make_shared<const Chunk>(std::span<const Run>(runs_));
    }

   private:
    static std::size_t bytes_of(const Chunk& chunk, std::size_t rows) {
      return chunk.bytes() / chunk.size() * rows;
    }

    std::vector<Run> runs_;
    std::size_t size_ = 0;
    std::size_t bytes_ = 0;
  };

  ChunkChange(std::vector<Key> removed, std::vector<Row> added, ChunkSizes sizes)
      : sizes_(sizes), removed_(std::move(removed)), added_(std::move(added)) {
    std::sort(removed_.begin(), removed_.end());
    std::stable_sort(added_.begin(), added_.end(),
                     [](const Row& left, const Row& right) { return left.key() < right.key(); });
  }

  Chunks apply_to(const Chunks& chunks) {
    // A chunk owns the keys from its first key (the first chunk: from the beginning of time) to the
    // first key of the next chunk.
    for (std::size_t at = 0; at + 1 < chunks.size(); ++at) {
      const Key end = chunks[at + 1]->first_key();
      const auto end_removed = static_cast<std::size_t>(
          std::lower_bound(removed_.begin(), removed_.end(), end) - removed_.begin());
      const auto end_added = static_cast<std::size_t>(
          std::ranges::partition_point(added_, [&end](const Row& row) { return row.key() < end; }) -
          added_.begin());
      if (next_removed_ == end_removed && next_added_ == end_added) {
        changed_.push_back(chunks[at]);
      } else {
        add_in_the_middle(changed_rows(chunks[at], end_removed, end_added));
      }
    }
    if (next_removed_ == removed_.size() && next_added_ == added_.size()) {
      if (!chunks.empty()) changed_.push_back(chunks.back());
    } else {
      change_end(chunks.empty() ? nullptr : chunks.back());
    }
    return std::move(changed_);
  }

  // `last` is null if there is no chunk.
  void change_end(std::shared_ptr<const Chunk> last) {
    const Key first_touched = next_removed_ == removed_.size() ? added_[next_added_].key()
                              : next_added_ == added_.size()
                                  ? removed_[next_removed_]
                                  : std::min(removed_[next_removed_], added_[next_added_].key());
    if (last != nullptr && is_closed(*last) && last->ends_before(first_touched)) {
      changed_.push_back(std::exchange(last, nullptr));
    }
    const std::size_t untouched = last == nullptr ? 0 : rows_below(*last, 0, first_touched);
    Rows rows = changed_rows(last, removed_.size(), added_.size());
    // Cut where the change begins, so that the next change has less to make anew; but not if that
    // would leave a small chunk before it.
    if (untouched >= sizes_.tail_rows && untouched > rows.size() / 2) {
      add_full_chunks(rows.take_first(untouched));
    }
    add_full_chunks(std::move(rows));
    put_closed_together();
  }

  // Returns the first row of the chunk, from `from` on, that is not before the key.
  static std::uint32_t rows_below(const Chunk& chunk, std::uint32_t from, const Key& key) {
    const auto rows = std::views::iota(from, chunk.size());
    return from + static_cast<std::uint32_t>(
                      std::ranges::partition_point(
                          rows, [&](std::uint32_t row) { return chunk.key(row) < key; }) -
                      rows.begin());
  }

  // Returns the rows of a chunk without the removed ones and with the added ones, up to these. The
  // chunk may be null.
  Rows changed_rows(const std::shared_ptr<const Chunk>& chunk, std::size_t end_removed,
                    std::size_t end_added) {
    const std::uint32_t size = chunk == nullptr ? 0 : chunk->size();
    std::vector<std::uint32_t> left_out;
    for (; next_removed_ < end_removed && size > 0; ++next_removed_) {
      // An equal key is removed once for each time it is listed.
      const std::uint32_t from = left_out.empty() ? 0 : left_out.back() + 1;
      const std::uint32_t row = rows_below(*chunk, from, removed_[next_removed_]);
      if (row < size && chunk->key(row) == removed_[next_removed_]) left_out.push_back(row);
    }
    next_removed_ = end_removed;
    const Chunks added = chunks_of_added(end_added);
    Rows rows;
    std::uint32_t next = 0;  // of the chunk
    auto next_left_out = left_out.begin();
    const auto add_kept = [&](std::uint32_t end) {
      for (; next_left_out != left_out.end() && *next_left_out < end; ++next_left_out) {
        rows.add(chunk, next, *next_left_out);
        next = *next_left_out + 1;
      }
      if (next < end) rows.add(chunk, next, end);
      next = std::max(next, end);
    };
    for (const std::shared_ptr<const Chunk>& of_added : added) {
      for (std::uint32_t row = 0; row < of_added->size(); ++row, ++next_added_) {
        if (next < size) add_kept(rows_below(*chunk, next, added_[next_added_].key()));
        rows.add(of_added, row, row + 1);
      }
    }
    add_kept(size);
    return rows;
  }

  // Makes chunks of the added rows from next_added_ up to `end`.
  Chunks chunks_of_added(std::size_t end) const {
    Chunks chunks;
    for (std::size_t at = next_added_; at < end;) {
      const std::size_t size = std::min<std::size_t>(end - at, sizes_.most_rows);
      chunks.push_back(
          std::make_shared<const Chunk>(std::span<const Row>(added_).subspan(at, size)));
      at += size;
    }
    return chunks;
  }

  bool is_closed(const Chunk& chunk) const {
    return chunk.size() >= sizes_.tail_rows || chunk.bytes() >= sizes_.tail_bytes;
  }

  // Returns how many of the rows go into one chunk.
  std::size_t most_of(const Rows& rows) const {
    if (rows.bytes() <= sizes_.most_bytes) return sizes_.most_rows;
    const std::size_t fit =
        sizes_.most_bytes / std::max<std::size_t>(rows.bytes() / rows.size(), 1);
    return std::clamp<std::size_t>(fit, 1, sizes_.most_rows);
  }

  void add_full_chunks(Rows rows) {
    while (rows.size() > most_of(rows)) changed_.push_back(rows.take_first(most_of(rows)).chunk());
    if (!rows.empty()) changed_.push_back(rows.chunk());
  }

  // Halves an overfull chunk, so that the next late changes find room.
  void add_in_the_middle(Rows rows) {
    const std::size_t most = most_of(rows);
    if (rows.size() > most && rows.size() < 2 * most) {
      changed_.push_back(rows.take_first(rows.size() / 2).chunk());
    }
    add_full_chunks(std::move(rows));
  }

  void put_closed_together() {
    while (changed_.size() >= 2) {
      const std::shared_ptr<const Chunk>& last = changed_.back();
      const std::shared_ptr<const Chunk>& before = changed_[changed_.size() - 2];
      if (!is_closed(*last) || before->size() / 2 > last->size() ||
          before->size() + last->size() > sizes_.most_rows ||
          before->bytes() + last->bytes() > sizes_.most_bytes) {
        return;
      }
      Rows rows;
      rows.add(before, 0, before->size());
      rows.add(last, 0, last->size());
      changed_.resize(changed_.size() - 2);
      changed_.push_back(rows.chunk());
    }
  }

  const ChunkSizes sizes_;
  std::vector<Key> removed_;
  std::vector<Row> added_;
  std::size_t next_removed_ = 0;
  std::size_t next_added_ = 0;
  Chunks changed_;
};

// Returns the chunks without the first rows, for which `is_removed(chunk, row)` holds.
template <class Chunk, class IsRemoved>
std::vector<std::shared_ptr<const Chunk>> without_first_rows(
    const std::vector<std::shared_ptr<const Chunk>>& chunks, IsRemoved is_removed) {
  std::vector<std::shared_ptr<const Chunk>> kept;
  for (const std::shared_ptr<const Chunk>& chunk : chunks) {
    const auto rows = std::views::iota(std::uint32_t{0}, chunk->size());
    const auto first = static_cast<std::uint32_t>(
        std::ranges::partition_point(rows,
                                     [&](std::uint32_t row) { return is_removed(*chunk, row); }) -
        rows.begin());
    if (first == 0) {
      kept.push_back(chunk);
    } else if (first < chunk->size()) {
      const ChunkRun<Chunk> run{chunk, first, chunk->size()};
      kept.push_back(std::make_shared<const Chunk>(std::span(&run, 1)));
    }
  }
  return kept;
}

}  // namespace chatreports::engine::native
