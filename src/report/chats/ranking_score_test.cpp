#include "report/chats/ranking_score.h"

#include <gtest/gtest.h>

namespace chatreports::report::chats {
namespace {

// The API's own samples, and three captured answers: equal to the last bit.
TEST(RankingScore, GivesTheSamples) {
  EXPECT_EQ(ranking_score(0, 2), 0.11473482425785904);
  EXPECT_EQ(ranking_score(13, 6), 0.42326713031463276);
  EXPECT_EQ(ranking_score(2502, 426), 0.8361489669658251);
  EXPECT_EQ(ranking_score(2164, 443), 0.8094273999034496);
  EXPECT_EQ(ranking_score(1070, 215), 0.8029689181922964);
}

}  // namespace
}  // namespace chatreports::report::chats
