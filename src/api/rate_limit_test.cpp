#include "api/rate_limit.h"

#include <gtest/gtest.h>

namespace chatreports::api {
namespace {

constexpr Instant at(std::int64_t milliseconds) {
  return Instant(std::chrono::milliseconds(milliseconds));
}

TEST(RateLimit, AllowsASecondsRequestsAtOnceAndThenTheRate) {
  RateLimit limit(2);
  EXPECT_TRUE(limit.take(1, at(0)));
  EXPECT_TRUE(limit.take(1, at(0)));
  EXPECT_FALSE(limit.take(1, at(0)));
  EXPECT_FALSE(limit.take(1, at(499)));
  EXPECT_TRUE(limit.take(1, at(500)));
  EXPECT_FALSE(limit.take(1, at(501)));
  EXPECT_TRUE(limit.take(1, at(60'000)));
  EXPECT_TRUE(limit.take(1, at(60'000)));
  EXPECT_FALSE(limit.take(1, at(60'000)));
}

TEST(RateLimit, LimitsEachTokenByItself) {
  RateLimit limit(1);
  EXPECT_TRUE(limit.take(1, at(0)));
  EXPECT_TRUE(limit.take(2, at(0)));
  EXPECT_FALSE(limit.take(1, at(0)));
}

TEST(RateLimit, RecoversSoonAfterTheClockIsSetBack) {
  RateLimit limit(1);
  EXPECT_TRUE(limit.take(1, at(1'000'000)));
  EXPECT_FALSE(limit.take(1, at(0)));
  EXPECT_TRUE(limit.take(1, at(1'000)));
}

TEST(RateLimit, ForgetsTokensThatAskNoMore) {
  RateLimit limit(1);
  constexpr auto most = static_cast<std::int64_t>(RateLimit::most_buckets);
  for (std::int64_t token = 1; token < most; ++token) EXPECT_TRUE(limit.take(token, at(0)));
  EXPECT_TRUE(limit.take(most, at(500)));
  EXPECT_EQ(limit.size(), RateLimit::most_buckets);
  EXPECT_TRUE(limit.take(most + 1, at(1'000)));
  EXPECT_EQ(limit.size(), 2U);
  // Of those that are left nothing is forgotten.
  EXPECT_FALSE(limit.take(most, at(1'000)));
}

TEST(RateLimit, ZeroIsNoLimit) {
  RateLimit limit(0);
  for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(limit.take(1, at(0)));
}

}  // namespace
}  // namespace chatreports::api
