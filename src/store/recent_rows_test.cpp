#include "store/recent_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace chatreports::store {
namespace {

using testing::IsEmpty;

std::vector<std::int64_t> found(const RecentRows& rows, std::int32_t digest) {
  std::vector<std::int64_t> numbers;
  rows.find(digest, [&numbers](std::int64_t number) { numbers.push_back(number); });
  return numbers;
}

TEST(RecentRows, are_empty_at_first_and_after_they_were_taken) {
  RecentRows rows;
  rows.prefetch(7);
  EXPECT_THAT(found(rows, 7), IsEmpty());
  rows.add(7, 1);
  EXPECT_EQ(rows.take_all().size(), 1U);
  EXPECT_EQ(rows.size(), 0U);
  EXPECT_THAT(found(rows, 7), IsEmpty());
  EXPECT_THAT(rows.take_all(), IsEmpty());
}

// Digests that share their lowest bits share a head, and equal digests share all of them.
RC_GTEST_PROP(RecentRows, find_what_was_added, ()) {
  const auto digests = *rc::gen::container<std::vector<std::int32_t>>(
      rc::gen::oneOf(rc::gen::inRange<std::int32_t>(-3, 3), rc::gen::just(INT32_MIN),
                     rc::gen::map(rc::gen::inRange<std::int32_t>(0, 9),
                                  [](std::int32_t high) { return high << 20; }),
                     rc::gen::arbitrary<std::int32_t>()));
  RecentRows rows;
  std::map<std::int32_t, std::vector<std::int64_t>> model;
  std::int64_t number = 0;
  for (const std::int32_t digest : digests) {
    rows.add(digest, --number);
    model[digest].push_back(number);
  }
  RC_ASSERT(rows.size() == digests.size());
  for (const auto& [digest, numbers] : model) {
    std::vector<std::int64_t> all = found(rows, digest);
    std::ranges::sort(all, std::greater());
    RC_ASSERT(all == numbers);
  }
  std::vector<std::pair<std::int32_t, std::int64_t>> expected;
  for (const auto& [digest, numbers] : model) {
    for (const std::int64_t one : numbers) expected.emplace_back(digest, one);
  }
  std::ranges::sort(expected);
  std::vector<std::pair<std::int32_t, std::int64_t>> taken;
  for (const RecentRows::Row& row : rows.take_all()) taken.emplace_back(row.digest, row.number);
  RC_ASSERT(taken == expected);
}

}  // namespace
}  // namespace chatreports::store
