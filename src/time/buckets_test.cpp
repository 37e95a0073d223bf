#include "time/buckets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "time/rfc3339.h"

namespace chatreports {
namespace {

using testing::ElementsAre;

Instant at(const std::string& text) {
  return parse_rfc3339(text)->instant;
}

Buckets buckets(const char* zone, const char* from, const char* to, Distribution distribution) {
  return *Buckets::make(*Zone::named(zone), {at(from), at(to)}, distribution);
}

std::string key_at(const Buckets& of, const char* time) {
  return of.keys()[of.key_of(at(time))];
}

TEST(Buckets, TouchTheDaysOfTheRange) {
  EXPECT_THAT(
      buckets("UTC", "2021-04-08T00:00:00Z", "2021-04-10T00:00:00Z", Distribution::day).keys(),
      ElementsAre("2021-04-08", "2021-04-09", "2021-04-10"));
  EXPECT_THAT(
      buckets("Asia/Kathmandu", "2021-04-08T18:14:59Z", "2021-04-08T18:15:00Z", Distribution::day)
          .keys(),
      ElementsAre("2021-04-08", "2021-04-09"));
  EXPECT_THAT(
      buckets("UTC", "2021-04-08T12:00:00Z", "2021-04-08T12:00:00Z", Distribution::year).keys(),
      ElementsAre("2021"));
  EXPECT_THAT(buckets("America/New_York", "2021-01-01T03:00:00Z", "2021-02-01T05:00:00Z",
                      Distribution::month)
                  .keys(),
              ElementsAre("2020-12", "2021-01", "2021-02"));
}

TEST(Buckets, SkipTheHourThatSpringSkips) {
  const Buckets spring = buckets("Europe/Warsaw", "2021-03-28T00:00:00Z", "2021-03-28T02:30:00Z",
                                 Distribution::day_hours);
  EXPECT_THAT(spring.keys(),
              ElementsAre("2021-03-28 01:00", "2021-03-28 03:00", "2021-03-28 04:00"));
  EXPECT_EQ(key_at(spring, "2021-03-28T00:59:59Z"), "2021-03-28 01:00");
  EXPECT_EQ(key_at(spring, "2021-03-28T01:00:00Z"), "2021-03-28 03:00");
}

TEST(Buckets, JoinTheHourThatAutumnRepeats) {
  const Buckets autumn = buckets("Europe/Warsaw", "2021-10-30T23:00:00Z", "2021-10-31T02:00:00Z",
                                 Distribution::day_hours);
  EXPECT_THAT(autumn.keys(),
              ElementsAre("2021-10-31 01:00", "2021-10-31 02:00", "2021-10-31 03:00"));
  EXPECT_EQ(key_at(autumn, "2021-10-31T00:30:00Z"), "2021-10-31 02:00");
  EXPECT_EQ(key_at(autumn, "2021-10-31T01:30:00Z"), "2021-10-31 02:00");
  const Buckets day =
      buckets("Europe/Warsaw", "2021-10-30T22:00:00Z", "2021-10-31T22:59:59Z", Distribution::day);
  EXPECT_THAT(
      day.runs_within(day.range()),
      ElementsAre(BucketRun{at("2021-10-30T22:00:00Z"), at("2021-10-31T22:59:59.000001Z"), 0}));
}

TEST(Buckets, KnowThatSamoaSkippedADay) {
  EXPECT_THAT(
      buckets("Pacific/Apia", "2011-12-29T12:00:00Z", "2011-12-31T12:00:00Z", Distribution::day)
          .keys(),
      ElementsAre("2011-12-29", "2011-12-31", "2012-01-01"));
}

// Clocks in St. John's were put back from 00:01 to 23:01 of the day before.
TEST(Buckets, JoinTheDayThatAClockChangeCutInTwo) {
  const Buckets days = buckets("America/St_Johns", "2010-11-07T00:00:00Z", "2010-11-07T05:00:00Z",
                               Distribution::day);
  EXPECT_THAT(days.keys(), ElementsAre("2010-11-06", "2010-11-07"));
  EXPECT_THAT(
      days.runs_within(days.range()),
      ElementsAre(BucketRun{at("2010-11-07T00:00:00Z"), at("2010-11-07T02:30:00Z"), 0},
                  BucketRun{at("2010-11-07T02:30:00Z"), at("2010-11-07T02:31:00Z"), 1},
                  BucketRun{at("2010-11-07T02:31:00Z"), at("2010-11-07T03:30:00Z"), 0},
                  BucketRun{at("2010-11-07T03:30:00Z"), at("2010-11-07T05:00:00.000001Z"), 1}));
}

TEST(Buckets, HaveAllHoursOfTheDay) {
  const Buckets hours =
      buckets("Asia/Kathmandu", "2021-04-08T00:00:00Z", "2021-04-08T00:00:01Z", Distribution::hour);
  ASSERT_EQ(hours.keys().size(), 24U);
  EXPECT_EQ(hours.keys().front(), "00:00");
  EXPECT_EQ(hours.keys().back(), "23:00");
  EXPECT_EQ(key_at(hours, "2021-04-08T00:00:00Z"), "05:00");
}

TEST(Buckets, AreLimitedInNumberNotInTime) {
  const TimeRange all{earliest_instant, latest_instant};
  const Zone warsaw = *Zone::named("Europe/Warsaw");
  EXPECT_FALSE(Buckets::make(warsaw, all, Distribution::day));
  EXPECT_FALSE(Buckets::make(warsaw, all, Distribution::day_hours));
  EXPECT_FALSE(Buckets::make(warsaw, all, Distribution::month));
  EXPECT_EQ(Buckets::make(Zone::utc(), all, Distribution::year)->keys().size(), 9'999U);
  const Buckets hours = *Buckets::make(warsaw, all, Distribution::hour);
  EXPECT_EQ(hours.runs_within({at("2021-04-08T00:00:00Z"), at("2021-04-08T23:59:59Z")}).size(),
            24U);
  const TimeRange most{Instant{0},
                       Instant{Buckets::default_max_keys * 3'600 * microseconds_per_second - 1}};
  EXPECT_EQ(Buckets::make(Zone::utc(), most, Distribution::day_hours)->keys().size(),
            Buckets::default_max_keys);
  const Result<Buckets> over =
      Buckets::make(Zone::utc(), {most.from, most.to + Duration{1}}, Distribution::day_hours);
  ASSERT_FALSE(over);
  EXPECT_THAT(over.error().message, testing::HasSubstr("100000 buckets"));
}

TEST(Buckets, OfTheWholeAreOne) {
  const Buckets whole = Buckets::whole({Instant{5}, Instant{9}});
  EXPECT_THAT(whole.keys(), ElementsAre(""));
  EXPECT_THAT(whole.runs_within({Instant{0}, Instant{7}}),
              ElementsAre(BucketRun{Instant{5}, Instant{8}, 0}));
}

TEST(Buckets, AnswerTheNearestRunOutsideOfTheRange) {
  const Buckets days =
      buckets("UTC", "2021-04-08T00:00:00Z", "2021-04-09T12:00:00Z", Distribution::day);
  EXPECT_EQ(days.runs_within({Instant{0}, Instant{1}}).at(0).key, 0U);
  EXPECT_EQ(days.runs_within({at("2022-01-01T00:00:00Z"), latest_instant}).at(0).key, 1U);
  EXPECT_EQ(days.key_of(Instant{0}), 0U);
  EXPECT_EQ(days.key_of(latest_instant), 1U);
}

TEST(Distribution, IsReadAsTheApiWritesIt) {
  EXPECT_EQ(parse_distribution("day-hours"), Distribution::day_hours);
  for (const char* text : {"", "Day", "days", "day_hours", "week"}) {
    EXPECT_FALSE(parse_distribution(text)) << text;
  }
}

// The key of an instant, said in another way: by adding the offset and writing the time.
std::string written_key(const Zone& zone, Instant instant, Distribution distribution) {
  const std::string local =
      format_rfc3339(instant + Duration{zone.offset_seconds_at(instant) * microseconds_per_second});
  switch (distribution) {
    case Distribution::hour:
      return local.substr(11, 2) + ":00";
    case Distribution::day:
      return local.substr(0, 10);
    case Distribution::day_hours:
      return local.substr(0, 10) + " " + local.substr(11, 2) + ":00";
    case Distribution::month:
      return local.substr(0, 7);
    default:
      return local.substr(0, 4);
  }
}

RC_GTEST_PROP(Buckets, RunsAndKeysSayTheSame, ()) {
  const Zone zone = *Zone::named(*rc::gen::element<std::string>(
      "Europe/Warsaw", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe",
      "America/St_Johns", "Pacific/Apia", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Tehran",
      "Antarctica/Troll", "Pacific/Kiritimati", "UTC"));
  const auto distribution =
      *rc::gen::element(Distribution::hour, Distribution::day, Distribution::day_hours,
                        Distribution::month, Distribution::year);
  constexpr std::int64_t day = 86'400 * microseconds_per_second;
  const auto from = *rc::gen::inRange<std::int64_t>(7'305 * day, 25'567 * day);  // 1990 to 2040
  const auto length = *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 4 * day),
                                      rc::gen::inRange<std::int64_t>(0, 700 * day));
  const TimeRange range{{from}, {from + length}};
  const Buckets made = *Buckets::make(zone, range, distribution);
  const auto first = from + *rc::gen::inRange<std::int64_t>(-day, length + day);
  const auto last = first + *rc::gen::inRange<std::int64_t>(0, 40 * day);
  const TimeRange within{{first}, {last}};

  const std::vector<BucketRun> runs = made.runs_within(within);
  RC_ASSERT(!runs.empty());
  const bool meets = within.from <= range.to && range.from <= within.to;
  RC_ASSERT(!meets || runs.front().begin == std::max(range.from, within.from));
  RC_ASSERT(!meets || runs.back().end == std::min(range.to, within.to) + Duration{1});
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Instant middle{runs[i].begin.microseconds / 2 + runs[i].end.microseconds / 2};
    for (const Instant instant : {runs[i].begin, middle, Instant{runs[i].end.microseconds - 1}}) {
      if (instant < runs[i].begin) continue;
      RC_ASSERT(made.key_of(instant) == runs[i].key);
      RC_ASSERT(made.keys()[runs[i].key] == written_key(zone, instant, distribution));
    }
    if (i > 0) {
      RC_ASSERT(runs[i].begin == runs[i - 1].end);
      RC_ASSERT(runs[i].key != runs[i - 1].key);
    }
  }
  // Every key but an hour of the day is there because some instant has it.
  RC_ASSERT(std::ranges::is_sorted(made.keys()));
  if (distribution == Distribution::hour) return;
  std::set<std::uint32_t> met;
  for (const BucketRun& run : made.runs_within(range)) met.insert(run.key);
  RC_ASSERT(met.size() == made.keys().size());
}

}  // namespace
}  // namespace chatreports
