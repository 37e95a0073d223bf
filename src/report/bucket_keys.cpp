#include "report/bucket_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/check.h"

namespace chatreports::report {

std::string bucket_key(const Buckets& buckets, std::uint32_t bucket) {
  if (!buckets.distribution()) return {};
  const LocalTime begin = buckets.begin_of(bucket);
  const auto day = std::chrono::floor<std::chrono::days>(begin);
  const std::chrono::year_month_day date(day);
  const int year = static_cast<int>(date.year());
  const auto month = static_cast<unsigned>(date.month());
  const auto day_of_month = static_cast<unsigned>(date.day());
  const auto hour = std::chrono::floor<std::chrono::hours>(begin - day).count();
  switch (*buckets.distribution()) {
    case Distribution::hour:
      return fmt::format("{:02}:00", hour);
    case Distribution::day:
      return fmt::format("{:04}-{:02}-{:02}", year, month, day_of_month);
    case Distribution::day_hours:
      return fmt::format("{:04}-{:02}-{:02} {:02}:00", year, month, day_of_month, hour);
    case Distribution::month:
      return fmt::format("{:04}-{:02}", year, month);
    case Distribution::year:
      return fmt::format("{:04}", year);
  }
  CHECK(false && "unknown distribution");
  return {};
}

std::string bucket_time(const Buckets& buckets, std::uint32_t bucket) {
  std::string time = bucket_key(buckets, bucket);
  if (buckets.distribution() != Distribution::day_hours) return time;
  const LocalTime begin = buckets.begin_of(bucket);
  // The first piece that reaches beyond the beginning. The range may begin within the bucket.
  const auto pieces = buckets.pieces();
  const auto piece = std::ranges::find_if(pieces, [begin](const OffsetPiece& candidate) {
    return begin - candidate.offset < LocalTime(candidate.end.time_since_epoch());
  });
  CHECK(piece != pieces.end());
  const auto minutes = std::chrono::round<std::chrono::minutes>(piece->offset).count();
  const auto length = std::abs(minutes);
  time[time.find(' ')] = 'T';
  return time + fmt::format(":00{}{:02}:{:02}", minutes < 0 ? '-' : '+', length / 60, length % 60);
}

}  // namespace chatreports::report
