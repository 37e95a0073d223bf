#pragma once
// How a chunk is made of rows of other chunks: its rows and its numbered values get new numbers.

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

namespace chatreports::engine::native {

// The new number of each old number, or `gone`. New numbers ascend as the old ones do.
using NewNumbers = std::vector<std::uint32_t>;
constexpr std::uint32_t gone = UINT32_MAX;

// The place of a value in one of several lists.
struct InList {
  std::size_t list = 0;
  std::uint32_t number = 0;
};

// Walks several ascending lists, each without duplicates. Calls visit(places) for each value in
// ascending order, with all places where it stands. `sizes` are those of the lists; value_of(place)
// returns the value to compare.
template <class ValueOf, class Visit>
void for_each_value_in(std::span<const std::uint32_t> sizes, ValueOf value_of, Visit visit) {
  std::vector<std::uint32_t> next(sizes.size(), 0);
  std::vector<InList> least;
  while (true) {
    least.clear();
    for (std::size_t list = 0; list < sizes.size(); ++list) {
      if (next[list] == sizes[list]) continue;
      const InList place{list, next[list]};
      if (!least.empty()) {
        const std::strong_ordering order = value_of(place) <=> value_of(least.front());
        if (order == std::strong_ordering::greater) continue;
        if (order == std::strong_ordering::less) least.clear();
      }
      least.push_back(place);
    }
    if (least.empty()) return;
    for (const InList& place : least) ++next[place.list];
    visit(std::span<const InList>(least));
  }
}

}  // namespace chatreports::engine::native
