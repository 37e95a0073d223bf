#include "app/stamps.h"

#include <gtest/gtest.h>

namespace chatreports::app {
namespace {

constexpr std::int64_t hour = std::int64_t{3'600} * 1'000'000;

TEST(Stamps, AreThoseOfTheClock) {
  Stamps stamps(Instant{0});
  EXPECT_EQ(stamps.next({5 * hour}), Instant{5 * hour});
  EXPECT_EQ(stamps.next({6 * hour}), Instant{6 * hour});
}

TEST(Stamps, KeepTheirOrderWhereTheClockIsSetBackOrStandsStill) {
  Stamps stamps(Instant{10 * hour});
  EXPECT_EQ(stamps.next({9 * hour}), Instant{10 * hour + 1});
  EXPECT_EQ(stamps.next({9 * hour}), Instant{10 * hour + 2});
  EXPECT_EQ(stamps.next({11 * hour}), Instant{11 * hour});
}

TEST(Stamps, AClockThatWasFarAheadDoesNotStopTime) {
  Stamps stamps(Instant{100'000 * hour});
  EXPECT_EQ(stamps.next({10 * hour}), Instant{10 * hour});
  EXPECT_EQ(stamps.next({9 * hour}), Instant{10 * hour + 1});
}

}  // namespace
}  // namespace chatreports::app
