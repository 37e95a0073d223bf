#include "pull/backoff.h"

#include <algorithm>

namespace chatreports::pull {
namespace {

constexpr Duration first = std::chrono::seconds(2);
constexpr Duration longest = std::chrono::minutes(5);
constexpr Duration longest_asked = std::chrono::hours(1);
constexpr int doublings_to_longest = 8;

}  // namespace

Duration time_before_retry(int failures, std::optional<std::chrono::seconds> asked, double chance) {
  const int doublings = std::clamp(failures - 1, 0, doublings_to_longest);
  const Duration full = std::min(first * (1 << doublings), longest);
  const auto part = static_cast<std::int64_t>(static_cast<double>(full.count()) / 2 * chance);
  const Duration wait = full - Duration(part);
  if (!asked) return wait;
  return std::max(wait,
                  std::min<Duration>(std::max(*asked, std::chrono::seconds(0)), longest_asked));
}

}  // namespace chatreports::pull
