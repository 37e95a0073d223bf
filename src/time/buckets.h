#pragma once
// Buckets: how a range is cut by a distribution, in local time. Engines see runs of instants; the
// names of the buckets are the report's, see report/bucket_keys.h.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "time/instant.h"
#include "time/zone.h"

namespace chatreports {

enum class Distribution : std::uint8_t { hour, day, day_hours, month, year };

inline constexpr std::array all_distributions = {Distribution::hour, Distribution::day,
                                                 Distribution::day_hours, Distribution::month,
                                                 Distribution::year};

// "hour", "day", "day-hours", "month", "year".
std::string_view name_of(Distribution distribution);
std::optional<Distribution> parse_distribution(std::string_view text);

// The time on the clock on the wall, without a zone.
using LocalTime = std::chrono::local_time<Duration>;

// A run of instants [begin, end) that belongs to one bucket.
struct BucketRun {
  Instant begin;
  Instant end;
  std::uint32_t bucket = 0;  // below Buckets::size()
  bool operator==(const BucketRun&) const = default;
};

// The buckets of one request. A bucket may own several runs: an hour of the day owns one per day,
// and an hour that a clock change repeats owns two. Immutable; any thread may read it.
class Buckets {
 public:
  static constexpr std::size_t default_max_size = 100'000;

  // Fails with `invalid` if the range touches more than `max_size` buckets, without making them.
  static Result<Buckets> make(const Zone& zone, TimeRange range, Distribution distribution,
                              std::size_t max_size = default_max_size);
  // One bucket that holds the whole range.
  static Buckets whole(TimeRange range);

  TimeRange range() const { return range_; }
  std::size_t size() const { return distribution_ ? ordinals_.size() : 1; }
  // Nothing for Buckets::whole.
  std::optional<Distribution> distribution() const { return distribution_; }
  // The local time at which the bucket begins; of an hour of the day, on 1970-01-01. Ascending.
  // Not for Buckets::whole.
  LocalTime begin_of(std::uint32_t bucket) const;
  // The pieces of the range in which local time has one offset from UTC; none for Buckets::whole.
  std::span<const OffsetPiece> pieces() const { return pieces_; }

  // The runs that meet the closed range `within`, in order and without gaps between them, cut to
  // `within` and to range(); neighbours differ in bucket. If the two ranges do not meet, the one
  // run that is nearest to `within`, one microsecond long. Cost: by the number of runs returned,
  // not by the length of range().
  std::vector<BucketRun> runs_within(TimeRange within) const;

  // The bucket of an instant; of the nearest instant of range() if it lies outside. Looks up the
  // local time and not the runs: slow and plain, to check runs_within.
  std::uint32_t bucket_of(Instant at) const;

 private:
  std::uint32_t bucket_of_ordinal(std::int64_t ordinal) const;

  TimeRange range_;
  std::optional<Distribution> distribution_;  // absent: the whole range is one bucket
  std::vector<OffsetPiece> pieces_;
  // Of the buckets: hours of the day, or local days, hours, months, years.
  std::vector<std::int64_t> ordinals_;
};

}  // namespace chatreports
