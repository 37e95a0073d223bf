#pragma once
// Buckets: how a range is cut into the keys of a report, in local time. Time zones end here: what
// comes after this file sees instants only.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "time/instant.h"
#include "time/zone.h"

namespace chatreports {

enum class Distribution { hour, day, day_hours, month, year };

// "hour", "day", "day-hours", "month", "year".
std::optional<Distribution> parse_distribution(std::string_view text);

// A run of instants [begin, end) that belongs to one key.
struct BucketRun {
  Instant begin;
  Instant end;
  std::uint32_t key = 0;  // an index into Buckets::keys()
  bool operator==(const BucketRun&) const = default;
};

// The buckets of one request. A key may own several runs: an hour of the day owns one per day, and
// an hour that a clock change repeats owns two. Immutable; any thread may read it.
class Buckets {
 public:
  static constexpr std::size_t default_max_keys = 100'000;

  // Fails where the range touches more than `max_keys` keys, without having made them.
  static Result<Buckets> make(const Zone& zone, TimeRange range, Distribution distribution,
                              std::size_t max_keys = default_max_keys);
  // One bucket, with the key "", that holds the whole range.
  static Buckets whole(TimeRange range);

  TimeRange range() const { return range_; }
  // Ascending: `2021-04-08`, `13:00`, `2021-04-08 13:00`, `2021-04`, `2021` (at least four digits
  // a year).
  const std::vector<std::string>& keys() const { return keys_; }

  // The runs that meet the closed range `within`, in order and without gaps between them, cut to
  // `within` and to range(); neighbours differ in key. Where the two ranges do not meet, the one
  // run that is nearest to `within`, one microsecond long. Cost: by the number of runs answered,
  // not by the length of range().
  std::vector<BucketRun> runs_within(TimeRange within) const;

  // The key of an instant; of the nearest instant of range() where it lies outside. Made by
  // looking up the local time, not from the runs: slow, plain, and the check of runs_within.
  std::uint32_t key_of(Instant at) const;

 private:
  std::uint32_t key_of_ordinal(std::int64_t ordinal) const;

  TimeRange range_;
  std::optional<Distribution> distribution_;  // none: the whole range is one bucket
  std::vector<OffsetPiece> pieces_;
  std::vector<std::int64_t>
      ordinals_;  // of the keys: hours of the day, or local days, hours, months, years
  std::vector<std::string> keys_;
};

}  // namespace chatreports
