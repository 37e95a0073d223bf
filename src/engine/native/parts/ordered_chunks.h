#pragma once
// How a change is spread over a list of immutable chunks that lie in ascending order: each chunk
// that something is removed from or added to is made anew, and the others are kept as they are.
//
// A new chunk is made of runs of rows of other chunks: those that stay, and those of a small chunk
// that is made of the added rows. So the facts of rows that stay are copied as they lie, column by
// column, and a change costs a copy of the chunks that it touches.
//
// Most changes are of what happens now, so the chunks at the end are small: a change there makes
// little anew, however much lies before it. The last chunk takes rows until it has `tail_rows` of
// them; then it is closed, and closed ones are put together unless the one before is twice as
// large, so that a row is moved a few times in all and there are few chunks: 65,536, 16,384, 1,024,
// 300. Where rows are so large that there are too many bytes first, these count in place of rows.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <ranges>
#include <span>
#include <utility>
#include <vector>

namespace chatreports::engine::native {

struct ChunkSizes {
  std::uint32_t most_rows = 65'536;  // in a chunk
  std::uint32_t tail_rows = 1'024;
  std::size_t most_bytes = std::size_t{64} << 20;  // but a row may have more
  std::size_t tail_bytes = std::size_t{1} << 20;
};

// Rows [begin, end) of a chunk.
template <class Chunk>
struct ChunkRun {
  std::shared_ptr<const Chunk> chunk;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t size() const { return end - begin; }
};

// Chunk: made from a span of rows, or from a span of runs whose rows ascend; size(), bytes(),
// first_key(), key(row), and ends_before(key), which may say no where it is not sure. Row: key().
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
  using Run = ChunkRun<Chunk>;

  // Rows in ascending order, each a row of some chunk.
  class Rows {
   public:
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    std::size_t bytes() const { return bytes_; }  // about: as if the rows of a chunk had as many

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

    // Takes away the first `count` rows and returns them.
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
    // A chunk owns the keys from its own first one (the first chunk: from the beginning of time) to
    // the next one's.
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

  // `last` is null where there is no chunk.
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
    // Parted where the change begins, so that the next one has less to make anew; not where that
    // would leave little before it.
    if (untouched >= sizes_.tail_rows && untouched > rows.size() / 2) {
      add_full_chunks(rows.take_first(untouched));
    }
    add_full_chunks(std::move(rows));
    put_closed_together();
  }

  // The number of the chunk's first row, from `from` on, that is not before the key.
  static std::uint32_t rows_below(const Chunk& chunk, std::uint32_t from, const Key& key) {
    const auto rows = std::views::iota(from, chunk.size());
    return from + static_cast<std::uint32_t>(
                      std::ranges::partition_point(
                          rows, [&](std::uint32_t row) { return chunk.key(row) < key; }) -
                      rows.begin());
  }

  // The rows of a chunk, which may be null, without those that are removed and with those that are
  // added, up to these.
  Rows changed_rows(const std::shared_ptr<const Chunk>& chunk, std::size_t end_removed,
                    std::size_t end_added) {
    const std::uint32_t size = chunk == nullptr ? 0 : chunk->size();
    std::vector<std::uint32_t> left_out;
    for (; next_removed_ < end_removed && size > 0; ++next_removed_) {
      // Equal keys are removed as often as they are asked to be.
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

  // The added rows that come next, up to these, as chunks of their own.
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

  // How many of the rows go into one chunk.
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

  // An overfull chunk is halved, so that the next latecomers find room.
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

}  // namespace chatreports::engine::native
