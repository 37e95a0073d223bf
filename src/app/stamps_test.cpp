#include "app/stamps.h"

#include <gtest/gtest.h>

namespace chatreports::app {
namespace {

using namespace std::chrono_literals;

using namespace std::chrono_literals;

constexpr Instant at(Duration time) {
  return Instant(time);
}

TEST(Stamps, FollowTheClock) {
  Stamps stamps(at(0h));
  EXPECT_EQ(stamps.next(at(5h)), at(5h));
  EXPECT_EQ(stamps.next(at(6h)), at(6h));
}

TEST(Stamps, AscendIfTheClockIsSetBackOrStandsStill) {
  Stamps stamps(at(10h));
  EXPECT_EQ(stamps.next(at(9h)), at(10h + 1us));
  EXPECT_EQ(stamps.next(at(9h)), at(10h + 2us));
  EXPECT_EQ(stamps.next(at(11h)), at(11h));
}

TEST(Stamps, FollowTheClockAgainAfterItWasFarAhead) {
  Stamps stamps(at(100'000h));
  EXPECT_EQ(stamps.next(at(10h)), at(10h));
  EXPECT_EQ(stamps.next(at(9h)), at(10h + 1us));
}

}  // namespace
}  // namespace chatreports::app
