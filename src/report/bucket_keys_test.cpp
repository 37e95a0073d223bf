#include "report/bucket_keys.h"

#include <gtest/gtest.h>

#include "time/rfc3339.h"

namespace chatreports::report {
namespace {

std::string first_key(const char* from, Distribution distribution) {
  const Instant at = parse_rfc3339(from)->instant;
  return bucket_key(*Buckets::make(*Zone::named("Asia/Kathmandu"), {at, at}, distribution), 0);
}

TEST(BucketKey, IsTheLocalTimeAtWhichTheBucketBegins) {
  EXPECT_EQ(first_key("2021-12-31T18:15:00Z", Distribution::day), "2022-01-01");
  EXPECT_EQ(first_key("2021-12-31T18:15:00Z", Distribution::day_hours), "2022-01-01 00:00");
  EXPECT_EQ(first_key("2021-12-31T17:00:00Z", Distribution::day_hours), "2021-12-31 22:00");
  EXPECT_EQ(first_key("2021-12-31T18:14:59Z", Distribution::month), "2021-12");
  EXPECT_EQ(first_key("2021-12-31T18:15:00Z", Distribution::year), "2022");
  EXPECT_EQ(first_key("0001-06-01T00:00:00Z", Distribution::year), "0001");
  EXPECT_EQ(first_key("1969-12-31T12:00:00Z", Distribution::day), "1969-12-31");
}

TEST(BucketKey, NamesEachHourOfTheDay) {
  const Instant at = parse_rfc3339("2021-04-08T00:00:00Z")->instant;
  const Buckets hours = *Buckets::make(Zone::utc(), {at, at}, Distribution::hour);
  EXPECT_EQ(bucket_key(hours, 0), "00:00");
  EXPECT_EQ(bucket_key(hours, 23), "23:00");
}

TEST(BucketKey, IsEmptyForTheWhole) {
  EXPECT_EQ(bucket_key(Buckets::whole({}), 0), "");
}

}  // namespace
}  // namespace chatreports::report
