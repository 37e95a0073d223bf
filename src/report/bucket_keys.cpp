#include "report/bucket_keys.h"

#include <fmt/format.h>

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

}  // namespace chatreports::report
