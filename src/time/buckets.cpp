#include "time/buckets.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "time/calendar.h"

namespace chatreports {
namespace {

constexpr std::int64_t microseconds_per_hour = 3'600 * microseconds_per_second;
constexpr std::int64_t microseconds_per_day = 24 * microseconds_per_hour;
constexpr std::uint32_t hours_per_day = 24;

// Local time is microseconds since 1970-01-01T00:00:00 on the clock on the wall. An ordinal is the
// number of the local hour, day, month or year that a local time lies in.

std::int64_t ordinal_of(Distribution distribution, std::int64_t local) {
  const std::int64_t day = floor_divide(local, microseconds_per_day);
  switch (distribution) {
    case Distribution::hour:
    case Distribution::day_hours:
      return floor_divide(local, microseconds_per_hour);
    case Distribution::day:
      return day;
    case Distribution::month: {
      const Date date = date_from_days(day);
      return date.year * 12 + date.month - 1;
    }
    case Distribution::year:
      return date_from_days(day).year;
  }
  CHECK(false && "unknown distribution");
  return 0;
}

// The local time at which the ordinal begins.
std::int64_t begin_of(Distribution distribution, std::int64_t ordinal) {
  switch (distribution) {
    case Distribution::hour:
    case Distribution::day_hours:
      return ordinal * microseconds_per_hour;
    case Distribution::day:
      return ordinal * microseconds_per_day;
    case Distribution::month: {
      const std::int64_t year = floor_divide(ordinal, 12);
      return days_from_date({year, static_cast<int>(ordinal - year * 12) + 1, 1}) *
             microseconds_per_day;
    }
    case Distribution::year:
      return days_from_date({ordinal, 1, 1}) * microseconds_per_day;
  }
  CHECK(false && "unknown distribution");
  return 0;
}

std::string key_text(Distribution distribution, std::int64_t ordinal) {
  const auto day_text = [](std::int64_t day) {
    const Date date = date_from_days(day);
    return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
  };
  switch (distribution) {
    case Distribution::hour:
      return fmt::format("{:02}:00", ordinal);
    case Distribution::day:
      return day_text(ordinal);
    case Distribution::day_hours: {
      const std::int64_t day = floor_divide(ordinal, hours_per_day);
      return fmt::format("{} {:02}:00", day_text(day), ordinal - day * hours_per_day);
    }
    case Distribution::month: {
      const std::int64_t year = floor_divide(ordinal, 12);
      return fmt::format("{:04}-{:02}", year, ordinal - year * 12 + 1);
    }
    case Distribution::year:
      return fmt::format("{:04}", ordinal);
  }
  CHECK(false && "unknown distribution");
  return {};
}

std::int64_t local_of(const OffsetPiece& piece, Instant at) {
  return at.microseconds + piece.offset_seconds * microseconds_per_second;
}

// The ordinals that the pieces touch, ascending; nothing where they are more than `most`.
std::optional<std::vector<std::int64_t>> ordinals_of(const std::vector<OffsetPiece>& pieces,
                                                     Distribution distribution, std::size_t most) {
  // First as closed intervals: a clock that is put back touches some ordinals twice.
  std::vector<std::pair<std::int64_t, std::int64_t>> intervals;
  for (const OffsetPiece& piece : pieces) {
    intervals.emplace_back(
        ordinal_of(distribution, local_of(piece, piece.begin)),
        ordinal_of(distribution, local_of(piece, Instant{piece.end.microseconds - 1})));
  }
  std::sort(intervals.begin(), intervals.end());
  std::vector<std::int64_t> ordinals;
  for (const auto& [first, last] : intervals) {
    const std::int64_t begin = ordinals.empty() ? first : std::max(first, ordinals.back() + 1);
    if (last < begin) continue;
    if (static_cast<std::uint64_t>(last - begin) >= most - ordinals.size()) return std::nullopt;
    for (std::int64_t ordinal = begin; ordinal <= last; ++ordinal) ordinals.push_back(ordinal);
  }
  return ordinals;
}

}  // namespace

std::optional<Distribution> parse_distribution(std::string_view text) {
  if (text == "hour") return Distribution::hour;
  if (text == "day") return Distribution::day;
  if (text == "day-hours") return Distribution::day_hours;
  if (text == "month") return Distribution::month;
  if (text == "year") return Distribution::year;
  return std::nullopt;
}

Result<Buckets> Buckets::make(const Zone& zone, TimeRange range, Distribution distribution,
                              std::size_t max_keys) {
  Buckets buckets;
  buckets.range_ = range;
  buckets.distribution_ = distribution;
  buckets.pieces_ = zone.pieces(range);
  if (distribution == Distribution::hour) {
    for (std::uint32_t hour = 0; hour < hours_per_day; ++hour) buckets.ordinals_.push_back(hour);
  } else {
    auto ordinals = ordinals_of(buckets.pieces_, distribution, max_keys);
    if (!ordinals) {
      return invalid(fmt::format(
          "the range has more than {} buckets; ask for a shorter one or another distribution",
          max_keys));
    }
    buckets.ordinals_ = *std::move(ordinals);
  }
  buckets.keys_.reserve(buckets.ordinals_.size());
  for (const std::int64_t ordinal : buckets.ordinals_) {
    buckets.keys_.push_back(key_text(distribution, ordinal));
  }
  return buckets;
}

Buckets Buckets::whole(TimeRange range) {
  Buckets buckets;
  buckets.range_ = range;
  buckets.keys_ = {""};
  return buckets;
}

std::uint32_t Buckets::key_of_ordinal(std::int64_t ordinal) const {
  if (distribution_ == Distribution::hour) {
    return static_cast<std::uint32_t>(ordinal -
                                      floor_divide(ordinal, hours_per_day) * hours_per_day);
  }
  const auto found = std::lower_bound(ordinals_.begin(), ordinals_.end(), ordinal);
  CHECK(found != ordinals_.end() && *found == ordinal);
  return static_cast<std::uint32_t>(found - ordinals_.begin());
}

std::vector<BucketRun> Buckets::runs_within(TimeRange within) const {
  Instant begin = std::max(within.from, range_.from);
  Instant last = std::min(within.to, range_.to);
  if (last < begin) begin = last = within.to < range_.from ? range_.from : range_.to;
  const Instant end = last + Duration{1};
  if (!distribution_) return {{begin, end, 0}};

  std::vector<BucketRun> runs;
  auto piece = std::upper_bound(
      pieces_.begin(), pieces_.end(), begin,
      [](Instant at, const OffsetPiece& candidate) { return at < candidate.begin; });
  for (--piece; piece != pieces_.end() && piece->begin < end; ++piece) {
    const std::int64_t offset = piece->offset_seconds * microseconds_per_second;
    const Instant piece_end = std::min(piece->end, end);
    Instant at = std::max(piece->begin, begin);
    std::int64_t ordinal = ordinal_of(*distribution_, local_of(*piece, at));
    for (; at < piece_end; ++ordinal) {
      const Instant next{begin_of(*distribution_, ordinal + 1) - offset};
      const Instant run_end = std::min(next, piece_end);
      const std::uint32_t key = key_of_ordinal(ordinal);
      if (!runs.empty() && runs.back().key == key) {
        runs.back().end = run_end;
      } else {
        runs.push_back({at, run_end, key});
      }
      at = run_end;
    }
  }
  return runs;
}

std::uint32_t Buckets::key_of(Instant at) const {
  if (!distribution_) return 0;
  const Instant inside = std::clamp(at, range_.from, range_.to);
  for (const OffsetPiece& piece : pieces_) {
    if (inside < piece.end) {
      return key_of_ordinal(ordinal_of(*distribution_, local_of(piece, inside)));
    }
  }
  CHECK(false && "the pieces cover the range");
  return 0;
}

}  // namespace chatreports
