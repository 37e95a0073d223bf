#pragma once
// Instants and ranges: plain values without a time zone.

#include <compare>
#include <cstdint>

namespace chatreports {

// Microseconds; a length of time.
struct Duration {
  std::int64_t microseconds = 0;
  auto operator<=>(const Duration&) const = default;
};

// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
struct Instant {
  std::int64_t microseconds = 0;
  auto operator<=>(const Instant&) const = default;
};

inline Duration operator-(Instant later, Instant earlier) {
  return {later.microseconds - earlier.microseconds};
}
inline Instant operator+(Instant at, Duration length) {
  return {at.microseconds + length.microseconds};
}

constexpr std::int64_t microseconds_per_second = 1'000'000;

// The instants that this program accepts: 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z.
constexpr Instant earliest_instant{-62'135'596'800 * microseconds_per_second};
constexpr Instant latest_instant{253'402'300'800 * microseconds_per_second - 1};

// Closed at both ends, as the API's <from,to>.
struct TimeRange {
  Instant from;
  Instant to;
  bool operator==(const TimeRange&) const = default;
  bool contains(Instant at) const { return from <= at && at <= to; }
};

}  // namespace chatreports
