#include "engine/native/columns/integer_column.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace chatreports::engine::native {
namespace {

RC_GTEST_PROP(IntegerColumn, SumsWhatItWasMadeOf, ()) {
  const auto values = *rc::gen::scale(
      5.0,
      rc::gen::container<std::vector<std::int64_t>>(rc::gen::oneOf(
          rc::gen::inRange<std::int64_t>(0, 1'000), rc::gen::inRange<std::int64_t>(0, 1LL << 40),
          rc::gen::just<std::int64_t>((1LL << 62) + 5))));
  const IntegerColumn column(values);
  const auto size = static_cast<std::uint32_t>(values.size());
  const auto one = *rc::gen::inRange<std::uint32_t>(0, size + 1);
  const auto other = *rc::gen::inRange<std::uint32_t>(0, size + 1);
  const RowRange range{std::min(one, other), std::max(one, other)};
  RowSet rows(size);
  report::Sum all = 0;
  report::Sum chosen = 0;
  std::vector<std::uint16_t> listed;
  for (std::uint32_t row = 0; row < size; ++row) {
    RC_ASSERT(column.value(row) == values[row]);
    const bool inside = range.begin <= row && row < range.end;
    const bool take = *rc::gen::weightedElement<bool>({{4, true}, {1, false}});
    if (take) rows.insert(row);
    if (inside) all += values[row];
    if (inside && take) {
      chosen += values[row];
      listed.push_back(static_cast<std::uint16_t>(row));
    }
  }
  RC_ASSERT(column.sum(range) == all);
  RC_ASSERT(column.sum(range, rows) == chosen);
  RC_ASSERT(column.sum(listed) == chosen);
}

RC_GTEST_PROP(IntegerColumn, KnowsTheExtremesOfARange, ()) {
  const std::int64_t most = *rc::gen::element<std::int64_t>(1'000, std::int64_t{1} << 40);
  const auto values =
      *rc::gen::suchThat(rc::gen::scale(5.0, rc::gen::container<std::vector<std::int64_t>>(
                                                 rc::gen::inRange<std::int64_t>(0, most))),
                         [](const auto& some) { return !some.empty(); });
  const IntegerColumn column(values);
  const auto size = static_cast<std::uint32_t>(values.size());
  const auto begin = *rc::gen::inRange<std::uint32_t>(0, size);
  const auto end = *rc::gen::inRange<std::uint32_t>(begin + 1, size + 1);
  const auto within = std::span(values).subspan(begin, end - begin);
  RC_ASSERT(column.minimum({begin, end}) == std::ranges::min(within));
  RC_ASSERT(column.maximum({begin, end}) == std::ranges::max(within));
}

TEST(IntegerColumn, MayBeLongerThanASegment) {
  std::vector<std::int64_t> values(200'000, 1);
  values[70'000] = std::int64_t{1} << 40;
  const IntegerColumn column(values);
  EXPECT_EQ(column.value(70'000), std::int64_t{1} << 40);
  EXPECT_EQ(column.value(70'000 % 65'536), 1);
  EXPECT_TRUE(column.sum({0, 200'000}) == (std::int64_t{1} << 40) + 199'999);
}

}  // namespace
}  // namespace chatreports::engine::native
