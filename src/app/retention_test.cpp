#include "app/retention.h"

#include <gtest/gtest.h>

#include "time/rfc3339.h"

namespace chatreports::app {
namespace {

Instant at(const char* text) {
  return parse_rfc3339(text)->instant;
}

TEST(Retention, ATimeIsANumberAndAUnit) {
  EXPECT_EQ(*parse_kept_time("90d"), (KeptTime{0, 90}));
  EXPECT_EQ(*parse_kept_time("1day"), (KeptTime{0, 1}));
  EXPECT_EQ(*parse_kept_time("24months"), (KeptTime{24, 0}));
  EXPECT_EQ(*parse_kept_time("2years"), (KeptTime{24, 0}));
  for (const char* text : {"", "24", "d", "0d", "-1d", "1.5years", "24 months", "24m", "101years",
                           "99999999999999999999d", "1d2", "years2"}) {
    EXPECT_FALSE(parse_kept_time(text).has_value()) << text;
  }
}

TEST(Retention, CountsBackFromTheBeginningOfTheDay) {
  EXPECT_EQ(kept_from({24, 0}, at("2026-11-27T23:59:59Z")), at("2024-11-27T00:00:00Z"));
  EXPECT_EQ(kept_from({0, 1}, at("2026-03-01T00:00:00Z")), at("2026-02-28T00:00:00Z"));
  EXPECT_EQ(kept_from({1, 0}, at("2026-03-31T12:00:00Z")), at("2026-02-28T00:00:00Z"));
  EXPECT_EQ(kept_from({12, 0}, at("2024-02-29T12:00:00Z")), at("2023-02-28T00:00:00Z"));
}

TEST(Retention, OfALicencePrecedesThatOfAll) {
  Retention retention;
  const Instant now = at("2026-11-27T12:00:00Z");
  EXPECT_EQ(retention.keeps_from({1}, now), std::nullopt);
  retention.of_license[{2}] = {0, 1};
  EXPECT_EQ(retention.keeps_from({1}, now), std::nullopt);
  EXPECT_EQ(retention.keeps_from({2}, now), at("2026-11-26T00:00:00Z"));
  retention.of_all = {1, 0};
  EXPECT_EQ(retention.keeps_from({1}, now), at("2026-10-27T00:00:00Z"));
  EXPECT_EQ(retention.keeps_from({2}, now), at("2026-11-26T00:00:00Z"));
}

}  // namespace
}  // namespace chatreports::app
