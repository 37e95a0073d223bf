#include "engine/native/columns/integer_column.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/check.h"

namespace chatreports::engine::native {
namespace {

constexpr int low_bits = 32;

// Compares in several lanes, so that no comparison waits for the one before.
template <class Better>
std::uint32_t best_of(std::span<const std::uint32_t> values, Better better) {
  std::array<std::uint32_t, 8> lanes;
  lanes.fill(values[0]);
  std::size_t at = 0;
  for (; at + lanes.size() <= values.size(); at += lanes.size()) {
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
      lanes[lane] = better(lanes[lane], values[at + lane]);
    }
  }
  std::uint32_t best = lanes[0];
  for (const std::uint32_t of_lane : lanes) best = better(best, of_lane);
  for (; at < values.size(); ++at) best = better(best, values[at]);
  return best;
}

}  // namespace

IntegerColumn::IntegerColumn(std::span<const std::int64_t> values) {
  CHECK(values.size() < UINT32_MAX);
  const std::uint32_t words = words_for(static_cast<std::uint32_t>(values.size()));
  std::vector<std::uint32_t> lows;
  std::vector<std::uint64_t> sums;
  std::vector<std::uint64_t> has_excess(words);
  std::vector<std::uint32_t> excess_ranks;
  std::vector<std::uint64_t> sums_of_high{0};
  lows.reserve(values.size());
  std::uint64_t sum = 0;
  for (std::uint32_t row = 0; row < values.size(); ++row) {
    CHECK(values[row] >= 0);
    const auto value = static_cast<std::uint64_t>(values[row]);
    if (row % rows_per_word == 0) {
      sums.push_back(sum);
      excess_ranks.push_back(static_cast<std::uint32_t>(sums_of_high.size() - 1));
    }
    lows.push_back(static_cast<std::uint32_t>(value));
    sum += lows.back();
    if (const std::uint64_t high = value >> low_bits; high != 0) {
      has_excess[row / rows_per_word] |= std::uint64_t{1} << (row % rows_per_word);
      sums_of_high.push_back(sums_of_high.back() + high);
    }
  }
  sums.push_back(sum);
  excess_ranks.push_back(static_cast<std::uint32_t>(sums_of_high.size() - 1));
  low_ = std::move(lows);
  sums_of_low_ = std::move(sums);
  if (sums_of_high.size() == 1) return;
  has_excess_ = std::move(has_excess);
  excess_ranks_ = std::move(excess_ranks);
  sums_of_high_ = std::move(sums_of_high);
}

std::size_t IntegerColumn::excess_before(std::uint32_t row) const {
  const std::uint32_t word = row / rows_per_word;
  if (row % rows_per_word == 0) return excess_ranks_[word];
  const std::uint64_t below = (std::uint64_t{1} << (row % rows_per_word)) - 1;
  return excess_ranks_[word] + static_cast<std::size_t>(std::popcount(has_excess_[word] & below));
}

std::uint64_t IntegerColumn::high(std::uint32_t row) const {
  if (has_excess_.empty()) return 0;
  if (((has_excess_[row / rows_per_word] >> (row % rows_per_word)) & 1) == 0) return 0;
  const std::size_t at = excess_before(row);
  return sums_of_high_[at + 1] - sums_of_high_[at];
}

std::uint64_t IntegerColumn::sum_of_high(RowRange range) const {
  if (has_excess_.empty()) return 0;
  return sums_of_high_[excess_before(range.end)] - sums_of_high_[excess_before(range.begin)];
}

std::int64_t IntegerColumn::value(std::uint32_t row) const {
  return static_cast<std::int64_t>(low_[row] | (high(row) << low_bits));
}

report::Sum IntegerColumn::sum(RowRange range) const {
  if (range.begin >= range.end) return 0;
  // The sums give whole words; the rows at both edges are added one by one.
  const std::uint32_t first_word = words_for(range.begin);
  const std::uint32_t last_word = range.end / rows_per_word;
  std::uint64_t low = 0;
  if (first_word <= last_word) {
    low = sums_of_low_[last_word] - sums_of_low_[first_word];
    for (std::uint32_t row = range.begin; row < first_word * rows_per_word; ++row) low += low_[row];
    for (std::uint32_t row = last_word * rows_per_word; row < range.end; ++row) low += low_[row];
  } else {
    for (std::uint32_t row = range.begin; row < range.end; ++row) low += low_[row];
  }
  return (report::Sum{sum_of_high(range)} << low_bits) + low;
}

report::Sum IntegerColumn::sum(RowRange range, const RowSet& rows) const {
  return sum(range, rows.words());
}

report::Sum IntegerColumn::sum(RowRange range, std::span<const std::uint64_t> bits) const {
  std::uint64_t low = 0;
  std::uint64_t upper = 0;
  RowSet::for_each_word(range, [&](std::uint32_t index, std::uint64_t mask) {
    std::uint64_t word = bits[index] & mask;
    if (!has_excess_.empty()) {
      for (std::uint64_t excess = word & has_excess_[index]; excess != 0; excess &= excess - 1) {
        upper += high(index * rows_per_word + static_cast<std::uint32_t>(std::countr_zero(excess)));
      }
    }
    if (word == ~std::uint64_t{0}) {
      low += sums_of_low_[index + 1] - sums_of_low_[index];
      return;
    }
    const std::uint32_t* values = low_.data() + std::size_t{index} * rows_per_word;
    for (; word != 0; word &= word - 1) low += values[std::countr_zero(word)];
  });
  return (report::Sum{upper} << low_bits) + low;
}

report::Sum IntegerColumn::sum(std::span<const std::uint16_t> rows) const {
  std::uint64_t low = 0;
  for (const std::uint16_t row : rows) low += low_[row];
  std::uint64_t upper = 0;
  if (!has_excess_.empty()) {
    for (const std::uint16_t row : rows) upper += high(row);
  }
  return (report::Sum{upper} << low_bits) + low;
}

std::int64_t IntegerColumn::minimum(RowRange range) const {
  return extreme(range, [](auto left, auto right) { return std::min(left, right); });
}

std::int64_t IntegerColumn::maximum(RowRange range) const {
  return extreme(range, [](auto left, auto right) { return std::max(left, right); });
}

template <class Better>
std::int64_t IntegerColumn::extreme(RowRange range, Better better) const {
  if (has_excess_.empty()) {
    return best_of(low_.span().subspan(range.begin, range.size()), better);
  }
  std::int64_t best = value(range.begin);
  for (std::uint32_t row = range.begin; row < range.end; ++row) best = better(best, value(row));
  return best;
}

}  // namespace chatreports::engine::native
