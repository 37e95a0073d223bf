#include "http/body_pace.h"

#include <gtest/gtest.h>

namespace chatreports::http {
namespace {

using Time = BodyPace::Time;

TEST(BodyPace, WaitsLongerForPeersThatSendMore) {
  BodyPace pace({Time(1'000), 100, Time(100'000)});
  EXPECT_EQ(pace.patience(), Time(1'000));
  pace.received(50, Time(800));  // half a second earned
  EXPECT_EQ(pace.patience(), Time(700));
  pace.received(0, Time(700));
  EXPECT_EQ(pace.patience(), Time(0));
  pace.received(1'000'000, Time(1));
  EXPECT_EQ(pace.patience(), Time(1'000));  // never more than the grace for one piece
}

TEST(BodyPace, LimitsTheTotalTime) {
  BodyPace pace({Time(1'000), 100, Time(5'000)});
  for (int i = 0; i < 5; ++i) pace.received(std::size_t{1} << 40, Time(900));
  EXPECT_EQ(pace.patience(), Time(500));
  pace.received(1, Time(500));
  EXPECT_EQ(pace.patience(), Time(0));
}

TEST(BodyPace, AcceptsAnyRateWithoutALeastRate) {
  BodyPace pace({Time(1'000), 0, Time(1'000'000)});
  for (int i = 0; i < 500; ++i) pace.received(1, Time(999));
  EXPECT_EQ(pace.patience(), Time(1'000));
}

}  // namespace
}  // namespace chatreports::http
