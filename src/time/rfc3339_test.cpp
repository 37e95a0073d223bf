#include "time/rfc3339.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace chatreports {
namespace {

using namespace std::chrono_literals;

std::int64_t microseconds(std::string_view text) {
  const Result<Timestamp> timestamp = parse_rfc3339(text);
  EXPECT_TRUE(timestamp) << text;
  return timestamp ? unix_microseconds(timestamp->instant) : -1;
}

TEST(Rfc3339, ReadsTheTimesOfTheApi) {
  constexpr std::int64_t midnight = 1'617'840'000'000'000;  // date -ud 2021-04-08 +%s
  EXPECT_EQ(microseconds("2021-04-08T00:00:00-00:00"), midnight);
  EXPECT_EQ(microseconds("2021-04-08T00:00:00Z"), midnight);
  EXPECT_EQ(microseconds("2021-04-08t02:00:00.000001+02:00"), midnight + 1);
  EXPECT_EQ(microseconds("2021-04-07 18:15:00-05:45"), midnight);
  EXPECT_EQ(microseconds("2021-04-08T00:00:00.5z"), midnight + 500'000);
  EXPECT_EQ(microseconds("2021-04-08T00:00:00.1234567899Z"), midnight + 123'456);
  EXPECT_EQ(parse_rfc3339("2021-04-08T02:00:00+05:45")->offset, 5h + 45min);
  EXPECT_EQ(parse_rfc3339("2021-04-08T02:00:00-03:30")->offset, -(3h + 30min));
}

TEST(Rfc3339, ReadsTheEdgesOfTime) {
  EXPECT_EQ(microseconds("0001-01-01T00:00:00Z"), unix_microseconds(earliest_instant));
  EXPECT_EQ(microseconds("9999-12-31T23:59:59.999999Z"), unix_microseconds(latest_instant));
  EXPECT_EQ(microseconds("1969-12-31T23:59:59.999999Z"), -1);
  EXPECT_EQ(microseconds("2020-02-29T00:00:00Z"), 1'582'934'400'000'000);
  EXPECT_EQ(microseconds("2016-12-31T23:59:60.7Z"), microseconds("2017-01-01T00:00:00Z"));
}

TEST(Rfc3339, RefusesEverythingElse) {
  for (const char* text : {"",
                           "2021",
                           "2021-04-08",
                           "2021-04-08T00:00:00",
                           "2021-04-08T00:00Z",
                           "2021-04-08T24:00:00Z",
                           "2021-04-08T00:60:00Z",
                           "2021-04-08T00:00:61Z",
                           "2021-02-29T00:00:00Z",
                           "2021-04-31T00:00:00Z",
                           "2021-13-01T00:00:00Z",
                           "2021-00-01T00:00:00Z",
                           "2021-01-00T00:00:00Z",
                           "0000-01-01T00:00:00Z",
                           "2021-04-08T00:00:00.Z",
                           "2021-04-08T00:00:00,5Z",
                           "2021-04-08T00:00:00+24:00",
                           "2021-04-08T00:00:00+01:60",
                           "2021-04-08T00:00:00+0100",
                           "2021-04-08T00:00:00Z ",
                           " 2021-04-08T00:00:00Z",
                           "2021-04-08T00:00:00ZZ",
                           "+2021-04-08T00:00:00Z",
                           "2021-4-8T00:00:00Z",
                           "20210408T000000Z",
                           "yesterday",
                           "1617840000",
                           "0001-01-01T00:00:00+00:01",
                           "9999-12-31T23:59:59-00:01",
                           "9999-12-31T23:59:60Z"}) {
    const Result<Timestamp> timestamp = parse_rfc3339(text);
    ASSERT_FALSE(timestamp) << text;
    EXPECT_EQ(timestamp.error().message, "not an RFC 3339 time");
    EXPECT_EQ(timestamp.error().kind, ErrorKind::invalid);
  }
}

TEST(Rfc3339, SaysWhatATimeLacks) {
  EXPECT_EQ(why_not_rfc3339("2021-04-08T00:00:00"),
            "not an RFC 3339 time: \"2021-04-08T00:00:00\" has no offset from UTC, such as Z or "
            "+02:00");
  EXPECT_EQ(why_not_rfc3339("2021-02-30T00:00:00"),
            "not an RFC 3339 time: \"2021-02-30T00:00:00\"");
  EXPECT_EQ(why_not_rfc3339("\x1b[2J"), "not an RFC 3339 time: \"?[2J\"");
  EXPECT_LT(why_not_rfc3339(std::string(1'000, 'x')).size(), 100U);
}

RC_GTEST_PROP(Rfc3339, ReadsWhatItWrites, ()) {
  const Instant at = from_unix_microseconds(*rc::gen::inRange(
      unix_microseconds(earliest_instant), unix_microseconds(latest_instant) + 1));
  const Result<Timestamp> timestamp = parse_rfc3339(format_rfc3339(at));
  RC_ASSERT(timestamp.has_value());
  RC_ASSERT(timestamp->instant == at);
}

}  // namespace
}  // namespace chatreports
