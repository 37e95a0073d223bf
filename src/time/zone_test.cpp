#include "time/zone.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>

#include "time/rfc3339.h"

namespace chatreports {
namespace {

using namespace std::chrono_literals;

Instant at(const char* text) {
  return parse_rfc3339(text)->instant;
}

TEST(Zone, KnowsTheNamesOfTheDatabase) {
  for (const char* name : {"UTC", "Europe/Warsaw", "America/Phoenix", "Asia/Kathmandu",
                           "Asia/Katmandu", "Etc/GMT+5", "America/Argentina/Buenos_Aires"}) {
    EXPECT_TRUE(Zone::named(name)) << name;
  }
}

TEST(Zone, RefusesOtherNames) {
  const std::string long_name(5'000, 'x');
  for (const std::string& name :
       {std::string(), std::string("Mars/Olympus"), std::string("europe/warsaw"),
        std::string("../../../etc/passwd"), std::string("/usr/share/zoneinfo/Europe/Warsaw"),
        std::string("Europe"), std::string("Europe/Warsaw\0", 14), std::string("posixrules"),
        std::string("right/UTC"), std::string("posix/UTC"), std::string("tzdata.zi"),
        std::string("\xFF\xFE"), std::string("+02:00"), long_name}) {
    const Result<Zone> zone = Zone::named(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_LT(zone.error().message.size(), 150U);
  }
}

TEST(Zone, FollowsTheClocks) {
  const Zone warsaw = *Zone::named("Europe/Warsaw");
  EXPECT_EQ(warsaw.offset_at(at("2021-03-28T00:59:59.999999Z")), 1h);
  EXPECT_EQ(warsaw.offset_at(at("2021-03-28T01:00:00Z")), 2h);
  EXPECT_EQ(Zone::named("Asia/Kathmandu")->offset_at(at("2021-03-28T01:00:00Z")), 5h + 45min);
  EXPECT_EQ(Zone::utc().offset_at(at("2021-03-28T01:00:00Z")), 0s);
  EXPECT_EQ(Zone::fixed(-90min).offset_at(at("2021-03-28T01:00:00Z")), -90min);
}

TEST(Zone, IsCutIntoPieces) {
  const TimeRange year{at("2021-01-01T00:00:00Z"), at("2021-12-31T23:59:59Z")};
  const std::vector<OffsetPiece> expected = {
      {year.from, at("2021-03-28T01:00:00Z"), 1h},
      {at("2021-03-28T01:00:00Z"), at("2021-10-31T01:00:00Z"), 2h},
      {at("2021-10-31T01:00:00Z"), at("2021-12-31T23:59:59.000001Z"), 1h}};
  EXPECT_EQ(Zone::named("Europe/Warsaw")->pieces(year), expected);
}

RC_GTEST_PROP(Zone, PiecesCoverTheRangeAndSayTheOffset, ()) {
  const auto name = *rc::gen::element<std::string>(
      "Europe/Warsaw", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "Asia/Tehran",
      "America/Caracas", "Antarctica/Troll", "UTC");
  const Zone zone = *Zone::named(name);
  const auto one =
      *rc::gen::inRange(unix_microseconds(earliest_instant), unix_microseconds(latest_instant));
  const auto length = *rc::gen::oneOf(
      rc::gen::inRange<std::int64_t>(0, 100), rc::gen::inRange<std::int64_t>(0, 90'000'000'000'000),
      rc::gen::just(unix_microseconds(latest_instant) - unix_microseconds(earliest_instant)));
  const TimeRange range{
      from_unix_microseconds(one),
      from_unix_microseconds(std::min(one + length, unix_microseconds(latest_instant)))};
  const std::vector<OffsetPiece> pieces = zone.pieces(range);
  RC_ASSERT(pieces.front().begin == range.from);
  RC_ASSERT(pieces.back().end == range.to + Duration{1});
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    RC_ASSERT(pieces[i].begin < pieces[i].end);
    RC_ASSERT(zone.offset_at(pieces[i].begin) == pieces[i].offset);
    RC_ASSERT(zone.offset_at(pieces[i].end - Duration(1)) == pieces[i].offset);
    if (i > 0) {
      RC_ASSERT(pieces[i].begin == pieces[i - 1].end);
      RC_ASSERT(pieces[i].offset != pieces[i - 1].offset);
    }
  }
}

}  // namespace
}  // namespace chatreports
