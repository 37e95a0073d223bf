#include "pull/backoff.h"

#include <gtest/gtest.h>

namespace chatreports::pull {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesUpToFiveMinutes) {
  EXPECT_EQ(time_before_retry(1, {}, 0), 2s);
  EXPECT_EQ(time_before_retry(2, {}, 0), 4s);
  EXPECT_EQ(time_before_retry(5, {}, 0), 32s);
  EXPECT_EQ(time_before_retry(9, {}, 0), 300s);
  EXPECT_EQ(time_before_retry(1'000'000, {}, 0), 300s);
}

TEST(Backoff, IsLessByChance) {
  EXPECT_EQ(time_before_retry(1, {}, 1), 1s);
  EXPECT_EQ(time_before_retry(100, {}, 0.5), 225s);
}

TEST(Backoff, WaitsAsLongAsItIsAskedTo) {
  EXPECT_EQ(time_before_retry(1, 90s, 1), 90s);
  EXPECT_EQ(time_before_retry(9, 1s, 0), 300s);
  EXPECT_EQ(time_before_retry(1, std::chrono::seconds(1'000'000'000'000), 0), 1h);
  EXPECT_EQ(time_before_retry(1, -5s, 0), 2s);
}

}  // namespace
}  // namespace chatreports::pull
