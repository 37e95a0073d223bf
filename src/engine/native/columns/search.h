#pragma once
// Binary search without a branch that depends on the data: as many steps as the span is long, and
// none of them guessed wrong.

#include <cstddef>
#include <span>

namespace chatreports::engine::native {

// The number of values below `wanted`, in an ascending span.
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
