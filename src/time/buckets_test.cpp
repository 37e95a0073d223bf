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

// "2021-04-08T13:00:00.000000Z" → "13:00", "2021-04-08", "2021-04-08 13:00" …
std::string cut(const std::string& local, Distribution distribution) {
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

// The local time at which each bucket begins, as far as the distribution tells them apart.
std::vector<std::string> keys_of(const Buckets& of) {
  std::vector<std::string> keys;
  for (std::uint32_t bucket = 0; bucket < of.size(); ++bucket) {
    if (!of.distribution()) return {""};
    const Instant as_utc(of.begin_of(bucket).time_since_epoch());
    keys.push_back(cut(format_rfc3339(as_utc), *of.distribution()));
  }
  return keys;
}

std::string key_at(const Buckets& of, const char* time) {
  return keys_of(of)[of.bucket_of(at(time))];
}

TEST(Buckets, TouchTheDaysOfTheRange) {
  EXPECT_THAT(
      keys_of(buckets("UTC", "2021-04-08T00:00:00Z", "2021-04-10T00:00:00Z", Distribution::day)),
      ElementsAre("2021-04-08", "2021-04-09", "2021-04-10"));
  EXPECT_THAT(keys_of(buckets("Asia/Kathmandu", "2021-04-08T18:14:59Z", "2021-04-08T18:15:00Z",
                              Distribution::day)),
              ElementsAre("2021-04-08", "2021-04-09"));
  EXPECT_THAT(
      keys_of(buckets("UTC", "2021-04-08T12:00:00Z", "2021-04-08T12:00:00Z", Distribution::year)),
      ElementsAre("2021"));
  EXPECT_THAT(keys_of(buckets("America/New_York", "2021-01-01T03:00:00Z", "2021-02-01T05:00:00Z",
                              Distribution::month)),
              ElementsAre("2020-12", "2021-01", "2021-02"));
}

TEST(Buckets, SkipTheHourThatSpringSkips) {
  const Buckets spring = buckets("Europe/Warsaw", "2021-03-28T00:00:00Z", "2021-03-28T02:30:00Z",
                                 Distribution::day_hours);
  EXPECT_THAT(keys_of(spring),
              ElementsAre("2021-03-28 01:00", "2021-03-28 03:00", "2021-03-28 04:00"));
  EXPECT_EQ(key_at(spring, "2021-03-28T00:59:59Z"), "2021-03-28 01:00");
  EXPECT_EQ(key_at(spring, "2021-03-28T01:00:00Z"), "2021-03-28 03:00");
}

TEST(Buckets, JoinTheHourThatAutumnRepeats) {
  const Buckets autumn = buckets("Europe/Warsaw", "2021-10-30T23:00:00Z", "2021-10-31T02:00:00Z",
                                 Distribution::day_hours);
  EXPECT_THAT(keys_of(autumn),
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
  EXPECT_THAT(keys_of(buckets("Pacific/Apia", "2011-12-29T12:00:00Z", "2011-12-31T12:00:00Z",
                              Distribution::day)),
              ElementsAre("2011-12-29", "2011-12-31", "2012-01-01"));
}

// Clocks in St. John's were put back from 00:01 to 23:01 of the day before.
TEST(Buckets, JoinTheDayThatAClockChangeCutInTwo) {
  const Buckets days = buckets("America/St_Johns", "2010-11-07T00:00:00Z", "2010-11-07T05:00:00Z",
                               Distribution::day);
  EXPECT_THAT(keys_of(days), ElementsAre("2010-11-06", "2010-11-07"));
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
  ASSERT_EQ(hours.size(), 24U);
  EXPECT_EQ(keys_of(hours).front(), "00:00");
  EXPECT_EQ(keys_of(hours).back(), "23:00");
  EXPECT_EQ(key_at(hours, "2021-04-08T00:00:00Z"), "05:00");
}

TEST(Buckets, AreLimitedInNumberNotInTime) {
  const TimeRange all{earliest_instant, latest_instant};
  const Zone warsaw = *Zone::named("Europe/Warsaw");
  EXPECT_FALSE(Buckets::make(warsaw, all, Distribution::day));
  EXPECT_FALSE(Buckets::make(warsaw, all, Distribution::day_hours));
  EXPECT_FALSE(Buckets::make(warsaw, all, Distribution::month));
  EXPECT_EQ(Buckets::make(Zone::utc(), all, Distribution::year)->size(), 9'999U);
  const Buckets hours = *Buckets::make(warsaw, all, Distribution::hour);
  EXPECT_EQ(hours.runs_within({at("2021-04-08T00:00:00Z"), at("2021-04-08T23:59:59Z")}).size(),
            24U);
  const TimeRange most{Instant{},
                       Instant(std::chrono::hours(Buckets::default_max_size)) - Duration(1)};
  EXPECT_EQ(Buckets::make(Zone::utc(), most, Distribution::day_hours)->size(),
            Buckets::default_max_size);
  const Result<Buckets> over =
      Buckets::make(Zone::utc(), {most.from, most.to + Duration{1}}, Distribution::day_hours);
  ASSERT_FALSE(over);
  EXPECT_THAT(over.error().message, testing::HasSubstr("100000 buckets"));
}

TEST(Buckets, OfTheWholeAreOne) {
  const Buckets whole = Buckets::whole({from_unix_microseconds(5), from_unix_microseconds(9)});
  EXPECT_THAT(keys_of(whole), ElementsAre(""));
  EXPECT_THAT(whole.runs_within({from_unix_microseconds(0), from_unix_microseconds(7)}),
              ElementsAre(BucketRun{from_unix_microseconds(5), from_unix_microseconds(8), 0}));
}

TEST(Buckets, AnswerTheNearestRunOutsideOfTheRange) {
  const Buckets days =
      buckets("UTC", "2021-04-08T00:00:00Z", "2021-04-09T12:00:00Z", Distribution::day);
  EXPECT_EQ(days.runs_within({from_unix_microseconds(0), from_unix_microseconds(1)}).at(0).bucket,
            0U);
  EXPECT_EQ(days.runs_within({at("2022-01-01T00:00:00Z"), latest_instant}).at(0).bucket, 1U);
  EXPECT_EQ(days.bucket_of(from_unix_microseconds(0)), 0U);
  EXPECT_EQ(days.bucket_of(latest_instant), 1U);
}

TEST(Distribution, IsReadAsTheApiWritesIt) {
  EXPECT_EQ(parse_distribution("day-hours"), Distribution::day_hours);
  for (const char* text : {"", "Day", "days", "day_hours", "week"}) {
    EXPECT_FALSE(parse_distribution(text)) << text;
  }
}

// The key of an instant, said in another way: by adding the offset and writing the time.
std::string written_key(const Zone& zone, Instant instant, Distribution distribution) {
  const std::string local = format_rfc3339(instant + zone.offset_at(instant));
  return cut(local, distribution);
}

RC_GTEST_PROP(Buckets, RunsAndKeysSayTheSame, ()) {
  const Zone zone = *Zone::named(*rc::gen::element<std::string>(
      "Europe/Warsaw", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe",
      "America/St_Johns", "Pacific/Apia", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Tehran",
      "Antarctica/Troll", "Pacific/Kiritimati", "UTC"));
  const auto distribution =
      *rc::gen::element(Distribution::hour, Distribution::day, Distribution::day_hours,
                        Distribution::month, Distribution::year);
  constexpr std::int64_t day = Duration(std::chrono::days(1)).count();
  const auto from = *rc::gen::inRange<std::int64_t>(7'305 * day, 25'567 * day);  // 1990 to 2040
  const auto length = *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 4 * day),
                                      rc::gen::inRange<std::int64_t>(0, 700 * day));
  const TimeRange range{from_unix_microseconds(from), from_unix_microseconds(from + length)};
  const Buckets made = *Buckets::make(zone, range, distribution);
  const auto first = from + *rc::gen::inRange<std::int64_t>(-day, length + day);
  const auto last = first + *rc::gen::inRange<std::int64_t>(0, 40 * day);
  const TimeRange within{from_unix_microseconds(first), from_unix_microseconds(last)};

  const std::vector<BucketRun> runs = made.runs_within(within);
  RC_ASSERT(!runs.empty());
  const bool meets = within.from <= range.to && range.from <= within.to;
  RC_ASSERT(!meets || runs.front().begin == std::max(range.from, within.from));
  RC_ASSERT(!meets || runs.back().end == std::min(range.to, within.to) + Duration{1});
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Instant middle = runs[i].begin + (runs[i].end - runs[i].begin) / 2;
    for (const Instant instant : {runs[i].begin, middle, runs[i].end - Duration(1)}) {
      if (instant < runs[i].begin) continue;
      RC_ASSERT(made.bucket_of(instant) == runs[i].bucket);
      RC_ASSERT(keys_of(made)[runs[i].bucket] == written_key(zone, instant, distribution));
    }
    if (i > 0) {
      RC_ASSERT(runs[i].begin == runs[i - 1].end);
      RC_ASSERT(runs[i].bucket != runs[i - 1].bucket);
    }
  }
  // Every key but an hour of the day is there because some instant has it.
  RC_ASSERT(std::ranges::is_sorted(keys_of(made)));
  if (distribution == Distribution::hour) return;
  std::set<std::uint32_t> met;
  for (const BucketRun& run : made.runs_within(range)) met.insert(run.bucket);
  RC_ASSERT(met.size() == made.size());
}

}  // namespace
}  // namespace chatreports
