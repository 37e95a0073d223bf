#include "engine/native/columns/time_column.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/check.h"
#include "engine/native/columns/search.h"

namespace chatreports::engine::native {
namespace {

constexpr int low_bits = 32;

}  // namespace

TimeColumn::TimeColumn(std::span<const Instant> ascending) {
  CHECK(ascending.size() <= max_segment_rows);
  if (ascending.empty()) return;
  base_ = ascending.front();
  std::vector<std::uint32_t> lows;
  std::vector<Step> steps;
  lows.reserve(ascending.size());
  for (std::uint32_t row = 0; row < ascending.size(); ++row) {
    CHECK(row == 0 || ascending[row - 1] <= ascending[row]);
    const auto distance = static_cast<std::uint64_t>((ascending[row] - base_).count());
    const std::uint64_t high = distance >> low_bits;
    if (steps.empty() || steps.back().high != high) steps.push_back({row, high});
    lows.push_back(static_cast<std::uint32_t>(distance));
  }
  low_ = std::move(lows);
  steps_ = std::move(steps);
}

Instant TimeColumn::value(std::uint32_t row) const {
  const auto after =
      std::upper_bound(steps_.begin(), steps_.end(), row,
                       [](std::uint32_t wanted, const Step& step) { return wanted < step.row; });
  const std::uint64_t distance = (std::prev(after)->high << low_bits) | low_[row];
  return base_ + Duration{static_cast<std::int64_t>(distance)};
}

std::uint32_t TimeColumn::lower_bound(Instant at) const {
  if (low_.empty() || at <= base_) return 0;
  const auto distance = static_cast<std::uint64_t>((at - base_).count());
  const std::uint64_t high = distance >> low_bits;
  const auto step = std::lower_bound(
      steps_.begin(), steps_.end(), high,
      [](const Step& candidate, std::uint64_t wanted) { return candidate.high < wanted; });
  if (step == steps_.end()) return size();
  const auto begin = static_cast<std::uint32_t>(step->row);
  if (step->high != high) return begin;
  const std::uint32_t end =
      std::next(step) == steps_.end() ? size() : static_cast<std::uint32_t>(std::next(step)->row);
  return begin + static_cast<std::uint32_t>(count_below(low_.span().subspan(begin, end - begin),
                                                        static_cast<std::uint32_t>(distance)));
}

}  // namespace chatreports::engine::native
