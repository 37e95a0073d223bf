#pragma once
// A multimap from digests to the numbers of rows, for a million rows and more: two arrays, so that
// adding a row is fast and finding one touches two cache lines. Many rows of one digest slow down
// only searches for that digest.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace chatreports::store {

class RecentRows {
 public:
  struct Row {
    std::int32_t digest = 0;
    std::uint32_t next = none;  // another row with the same head
    std::int64_t number = 0;
  };

  std::size_t size() const { return rows_.size(); }

  void add(std::int32_t digest, std::int64_t number) {
    if (rows_.size() >= heads_.size()) grow();
    rows_.push_back({digest, none, number});
    link(static_cast<std::uint32_t>(rows_.size() - 1));
  }

  // Prefetches the memory that `find` reads.
  void prefetch(std::int32_t digest) const {
    if (!heads_.empty()) __builtin_prefetch(&heads_[head_of(digest)]);
  }

  // Calls `take` with the number of each row of the digest.
  template <class Take>
  void find(std::int32_t digest, Take take) const {
    if (rows_.empty()) return;
    for (std::uint32_t at = heads_[head_of(digest)]; at != none; at = rows_[at].next) {
      if (rows_[at].digest == digest) take(rows_[at].number);
    }
  }

  // Removes all rows, and returns them by digest and number.
  std::vector<Row> take_all() {
    heads_ = {};
    std::vector<Row> all = std::exchange(rows_, {});
    std::ranges::sort(all, {}, [](const Row& row) { return std::pair(row.digest, row.number); });
    return all;
  }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  static constexpr std::size_t least_heads = 64;

  // The bits of a digest are random, so the lowest are enough.
  std::size_t head_of(std::int32_t digest) const {
    return static_cast<std::uint32_t>(digest) & (heads_.size() - 1);
  }

  void link(std::uint32_t at) {
    std::uint32_t& head = heads_[head_of(rows_[at].digest)];
    rows_[at].next = std::exchange(head, at);
  }

  void grow() {
    heads_.assign(std::max(least_heads, 2 * heads_.size()), none);
    for (std::uint32_t at = 0; at < rows_.size(); ++at) link(at);
  }

  std::vector<Row> rows_;
  std::vector<std::uint32_t> heads_;  // a power of two of them: the last row of each
};

}  // namespace chatreports::store
