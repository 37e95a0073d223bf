#include "access/token.h"

namespace chatreports::access {
namespace {

constexpr std::int64_t microseconds_of_minute = 60 * microseconds_per_second;

}  // namespace

void UseMark::set(Instant now) const {
  const std::int64_t minute = unix_microseconds(now) / microseconds_of_minute;
  // Most requests come in the same minute as the one before, and leave the cache line alone.
  if (minute_->load(std::memory_order_relaxed) != minute) {
    minute_->store(minute, std::memory_order_relaxed);
  }
}

std::optional<Instant> UseMark::at() const {
  const std::int64_t minute = minute_->load(std::memory_order_relaxed);
  if (minute == 0) return std::nullopt;
  return from_unix_microseconds(minute * microseconds_of_minute);
}

}  // namespace chatreports::access
