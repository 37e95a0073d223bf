#include "base/nearest_name.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace chatreports {
namespace {

constexpr std::size_t most_letters = 2;
constexpr std::size_t longest = 40;

// Returns the edit distance. The rows are those of the usual table, the latest last.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row_before_last(right.size() + 1);
  std::vector<std::size_t> last_row(right.size() + 1);
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= left.size(); ++i) {
    std::swap(row_before_last, last_row);
    std::swap(last_row, row);
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replaced = last_row[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      row[j] = std::min({last_row[j] + 1, row[j - 1] + 1, replaced});
      const bool is_swapped =
          i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
      if (is_swapped) row[j] = std::min(row[j], row_before_last[j - 2] + 1);
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest_name(std::string_view given, std::span<const std::string_view> names) {
  std::string_view best;
  std::size_t least = most_letters + 1;
  if (given.size() > longest) return best;
  for (const std::string_view name : names) {
    const std::size_t letters = distance(given, name);
    if (letters < std::min(least, name.size())) {
      least = letters;
      best = name;
    }
  }
  return best;
}

}  // namespace chatreports
