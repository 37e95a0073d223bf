#pragma once
// How a chunk is made of rows of others: rows, and values that are numbered, get new numbers.

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

namespace chatreports::engine::native {

// The new number of each old one, or gone. New numbers ascend as the old ones do.
using NewNumbers = std::vector<std::uint32_t>;
constexpr std::uint32_t gone = UINT32_MAX;

// A value's place in one of several lists.
struct InList {
  std::size_t list = 0;
  std::uint32_t number = 0;
};

// Goes through several ascending lists, in each of which a value stands once: calls visit(places)
// for each value in ascending order, with the places where it stands. `sizes` are those of the
// lists; value_of(place) is what is compared.
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
