#pragma once
// A multimap from digests to the numbers of rows, for a million and more of them: one array, so
// that a row is put in or found at the cost of about one cache line.

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
    std::int64_t number = 0;  // 0: no row
    auto operator<=>(const Row&) const = default;
  };

  std::size_t size() const { return size_; }

  void add(std::int32_t digest, std::int64_t number) {
    if (rows_.size() < 2 * (size_ + 1)) grow();
    place({digest, number});
    ++size_;
  }

  // Calls `take` with each number.
  template <class Take>
  void find(std::int32_t digest, Take take) const {
    if (rows_.empty()) return;
    for (std::size_t at = home(digest); rows_[at].number != 0; at = next(at)) {
      if (rows_[at].digest == digest) take(rows_[at].number);
    }
  }

  // Empties it: all rows, by digest and number.
  std::vector<Row> take_all() {
    std::vector<Row> all = std::exchange(rows_, {});
    size_ = 0;
    std::erase_if(all, [](const Row& row) { return row.number == 0; });
    std::ranges::sort(all);
    return all;
  }

 private:
  static constexpr std::size_t least_places = 64;

  // Digests are even bits, so the lowest will do.
  std::size_t home(std::int32_t digest) const {
    return static_cast<std::uint32_t>(digest) & (rows_.size() - 1);
  }
  std::size_t next(std::size_t at) const { return (at + 1) & (rows_.size() - 1); }

  void place(Row row) {
    std::size_t at = home(row.digest);
    while (rows_[at].number != 0) at = next(at);
    rows_[at] = row;
  }

  void grow() {
    const std::vector<Row> before =
        std::exchange(rows_, std::vector<Row>(std::max(least_places, 2 * rows_.size())));
    for (const Row& row : before) {
      if (row.number != 0) place(row);
    }
  }

  std::vector<Row> rows_;  // a power of two of them, at most half of them taken
  std::size_t size_ = 0;
};

}  // namespace chatreports::store
