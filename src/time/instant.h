#pragma once
// Instants and ranges: plain values without a time zone.

#include <chrono>
#include <cstdint>

namespace chatreports {

using Duration = std::chrono::microseconds;
// Microseconds since 1970-01-01T00:00:00Z; leap seconds are not counted.
using Instant = std::chrono::sys_time<Duration>;

// An instant as a number, for files, tables and sums.
constexpr std::int64_t unix_microseconds(Instant at) {
  return at.time_since_epoch().count();
}
constexpr Instant from_unix_microseconds(std::int64_t microseconds) {
  return Instant(Duration(microseconds));
}

constexpr std::int64_t microseconds_per_second = 1'000'000;

// The instants that this program accepts: 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z.
constexpr Instant earliest_instant = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
constexpr Instant latest_instant =
    std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1) - Duration(1);

// Closed at both ends, as the API's <from,to>.
struct TimeRange {
  Instant from;
  Instant to;
  bool operator==(const TimeRange&) const = default;
  bool contains(Instant at) const { return from <= at && at <= to; }
};

}  // namespace chatreports
