#pragma once
// Binary search without branches that depend on the data, so that the processor never predicts one
// wrongly.

#include <algorithm>
#include <cstddef>
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

}  // namespace chatreports::engine::native
