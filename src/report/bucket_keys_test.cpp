#include "report/bucket_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

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

TEST(BucketTime, OfAnHourOfADayHasTheOffsetOfItsBeginning) {
  const auto times = [](const char* zone, const char* from, const char* to) {
    const Buckets buckets = *Buckets::make(
        *Zone::named(zone), {parse_rfc3339(from)->instant, parse_rfc3339(to)->instant},
        Distribution::day_hours);
    std::vector<std::string> all;
    for (std::uint32_t bucket = 0; bucket < buckets.size(); ++bucket) {
      all.push_back(bucket_time(buckets, bucket));
    }
    return all;
  };
  using testing::ElementsAre;
  EXPECT_THAT(times("UTC", "2021-04-08T13:30:00Z", "2021-04-08T14:00:00Z"),
              ElementsAre("2021-04-08T13:00:00+00:00", "2021-04-08T14:00:00+00:00"));
  EXPECT_THAT(times("Asia/Kathmandu", "2021-04-08T13:30:00Z", "2021-04-08T13:30:00Z"),
              ElementsAre("2021-04-08T19:00:00+05:45"));
  EXPECT_THAT(times("America/St_Johns", "2021-01-08T13:30:00Z", "2021-01-08T13:30:00Z"),
              ElementsAre("2021-01-08T10:00:00-03:30"));
  // The clock goes forward, and back; the hour that comes twice is one bucket.
  EXPECT_THAT(times("Europe/Warsaw", "2021-03-28T00:30:00Z", "2021-03-28T01:30:00Z"),
              ElementsAre("2021-03-28T01:00:00+01:00", "2021-03-28T03:00:00+02:00"));
  EXPECT_THAT(times("Europe/Warsaw", "2021-10-31T00:30:00Z", "2021-10-31T02:30:00Z"),
              ElementsAre("2021-10-31T02:00:00+02:00", "2021-10-31T03:00:00+01:00"));
}

TEST(BucketTime, OfOtherBucketsIsTheKey) {
  const Instant at = parse_rfc3339("2021-04-08T13:00:00Z")->instant;
  for (const Distribution distribution :
       {Distribution::hour, Distribution::day, Distribution::month, Distribution::year}) {
    const Buckets buckets = *Buckets::make(Zone::utc(), {at, at}, distribution);
    EXPECT_EQ(bucket_time(buckets, 0), bucket_key(buckets, 0));
  }
}

}  // namespace
}  // namespace chatreports::report
