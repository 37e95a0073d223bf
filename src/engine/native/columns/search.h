#pragma once
// Binary search without branches that depend on the data, so that the processor never predicts one
// wrongly.

#include <algorithm>
#include <cstddef>
#include <ranges>
#include <span>

namespace chatreports::engine::native {

// Returns how many values of an ascending span are below `wanted`.
template <class T>
std::size_t count_below(std::span<const T> ascending, T wanted) {
  const T* begin = ascending.data();
  std::size_t left = ascending.size();
  while (left > 1) {
    const std::size_t half = left / 2;
    begin += static_cast<std::size_t>(begin[half - 1] < wanted) * half;
    left -= half;
  }
  const auto before = static_cast<std::size_t>(begin - ascending.data());
  return before + (left == 1 && *begin < wanted ? 1 : 0);
}

// Returns the first place from `from` on at which `is_below` is false; `size` if there is none. It
// is true of all places before that one. Cost: by the logarithm of the distance from `from`.
template <class IsBelow>
std::size_t first_from(std::size_t from, std::size_t size, IsBelow is_below) {
  std::size_t step = 1;
  while (from + step <= size && is_below(from + step - 1)) {
    from += step;
    step *= 2;
  }
  for (std::size_t left = std::min(step - 1, size - from); left > 0;) {
    const std::size_t half = left / 2;
    if (is_below(from + half)) {
      from += half + 1;
      left -= half + 1;
    } else {
      left = half;
    }
  }
  return from;
}

// Returns the first of `size` places at which `is_below` is false; `size` if there is none. It is
// true of all places before that one. `last` is the answer before in an ascending series of
// searches, or 0: the first of a series may be anywhere, the next ones are mostly near.
template <class IsBelow>
std::size_t first_near(std::size_t last, std::size_t size, IsBelow is_below) {
  if (last > 0) return first_from(last, size, is_below);
  const auto places = std::views::iota(std::size_t{0}, size);
  return static_cast<std::size_t>(std::ranges::partition_point(places, is_below) - places.begin());
}

}  // namespace chatreports::engine::native
