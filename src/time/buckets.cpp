#include "time/buckets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "base/names.h"

namespace chatreports {
namespace {

constexpr std::array<Name<Distribution>, 5> distribution_names = {
    {{"hour", Distribution::hour},
     {"day", Distribution::day},
     {"day-hours", Distribution::day_hours},
     {"month", Distribution::month},
     {"year", Distribution::year}}};

constexpr std::int64_t hours_per_day = 24;
constexpr std::int64_t months_per_year = 12;

// An ordinal is the number of the local hour, day, month or year that a local time lies in.

std::int64_t ordinal_of(Distribution distribution, LocalTime local) {
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  switch (distribution) {
    case Distribution::hour:
    case Distribution::day_hours:
      return std::chrono::floor<std::chrono::hours>(local).time_since_epoch().count();
    case Distribution::day:
      return day.time_since_epoch().count();
    case Distribution::month:
      return static_cast<int>(date.year()) * months_per_year + static_cast<unsigned>(date.month()) -
             1;
    case Distribution::year:
      return static_cast<int>(date.year());
  }
  CHECK(false && "unknown distribution");
  return 0;
}

std::chrono::local_days first_day_of_month(std::int64_t ordinal) {
  return std::chrono::local_days(
      std::chrono::year(static_cast<int>(ordinal / months_per_year)) /
      std::chrono::month(static_cast<unsigned>(ordinal % months_per_year) + 1) / 1);
}

// Returns the local time at which the ordinal begins.
LocalTime begin_of_ordinal(Distribution distribution, std::int64_t ordinal) {
  switch (distribution) {
    case Distribution::hour:
    case Distribution::day_hours:
      return LocalTime(std::chrono::hours(ordinal));
    case Distribution::day:
      return LocalTime(std::chrono::days(ordinal));
    case Distribution::month:
      return first_day_of_month(ordinal);
    case Distribution::year:
      return first_day_of_month(ordinal * months_per_year);
  }
  CHECK(false && "unknown distribution");
  return {};
}

LocalTime local_of(const OffsetPiece& piece, Instant at) {
  return LocalTime(at.time_since_epoch() + piece.offset);
}

// Returns the ordinals that the pieces touch, ascending; nothing if they are more than `most`.
std::optional<std::vector<std::int64_t>> ordinals_of(const std::vector<OffsetPiece>& pieces,
                                                     Distribution distribution, std::size_t most) {
  // As closed intervals first: a clock that is set back touches some ordinals twice.
  std::vector<std::pair<std::int64_t, std::int64_t>> intervals;
  for (const OffsetPiece& piece : pieces) {
    intervals.emplace_back(ordinal_of(distribution, local_of(piece, piece.begin)),
                           ordinal_of(distribution, local_of(piece, piece.end - Duration(1))));
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

std::string_view name_of(Distribution distribution) {
  return name_in(distribution_names, distribution);
}

std::optional<Distribution> parse_distribution(std::string_view text) {
  return value_in(distribution_names, text);
}

Result<Buckets> Buckets::make(const Zone& zone, TimeRange range, Distribution distribution,
                              std::size_t max_size) {
  Buckets buckets;
  buckets.range_ = range;
  buckets.distribution_ = distribution;
  buckets.pieces_ = zone.pieces(range);
  if (distribution == Distribution::hour) {
    for (std::uint32_t hour = 0; hour < hours_per_day; ++hour) buckets.ordinals_.push_back(hour);
  } else {
    auto ordinals = ordinals_of(buckets.pieces_, distribution, max_size);
    if (!ordinals) {
      return invalid(fmt::format(
          "the range has more than {} buckets; ask for a shorter one or another distribution",
          max_size));
    }
    buckets.ordinals_ = *std::move(ordinals);
  }
  return buckets;
}

Buckets Buckets::whole(TimeRange range) {
  Buckets buckets;
  buckets.range_ = range;
  return buckets;
}

LocalTime Buckets::begin_of(std::uint32_t bucket) const {
  CHECK(distribution_ && bucket < ordinals_.size());
  return begin_of_ordinal(*distribution_, ordinals_[bucket]);
}

std::uint32_t Buckets::bucket_of_ordinal(std::int64_t ordinal) const {
  if (distribution_ == Distribution::hour) {
    return static_cast<std::uint32_t>((ordinal % hours_per_day + hours_per_day) % hours_per_day);
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
    const Instant piece_end = std::min(piece->end, end);
    Instant at = std::max(piece->begin, begin);
    std::int64_t ordinal = ordinal_of(*distribution_, local_of(*piece, at));
    for (; at < piece_end; ++ordinal) {
      const Instant next(begin_of_ordinal(*distribution_, ordinal + 1).time_since_epoch() -
                         piece->offset);
      const Instant run_end = std::min(next, piece_end);
      const std::uint32_t bucket = bucket_of_ordinal(ordinal);
      if (!runs.empty() && runs.back().bucket == bucket) {
        runs.back().end = run_end;
      } else {
        runs.push_back({at, run_end, bucket});
      }
      at = run_end;
    }
  }
  return runs;
}

std::uint32_t Buckets::bucket_of(Instant at) const {
  if (!distribution_) return 0;
  const Instant inside = std::clamp(at, range_.from, range_.to);
  for (const OffsetPiece& piece : pieces_) {
    if (inside < piece.end) {
      return bucket_of_ordinal(ordinal_of(*distribution_, local_of(piece, inside)));
    }
  }
  CHECK(false && "the pieces cover the range");
  return 0;
}

}  // namespace chatreports
