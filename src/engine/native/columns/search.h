#pragma once
// Binary search without branches that depend on the data, so that the processor never predicts one
// wrongly.

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

}  // namespace chatreports::engine::native
