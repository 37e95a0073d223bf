#pragma once
// RFC 3339 timestamps, as the API and LiveChat's records write them.

#include <string>
#include <string_view>

#include "base/error.h"
#include "time/instant.h"

namespace chatreports {

struct Timestamp {
  Instant instant;
  std::chrono::seconds offset{};  // east of UTC, as written
  bool operator==(const Timestamp&) const = default;
};

// Accepts `YYYY-MM-DDTHH:MM:SS[.f…](Z|±HH:MM)`, `T` and `Z` in either case, a space for `T`, and a
// fraction of any length, of which digits past the microsecond are cut off. A leap second (`:60`)
// is the first instant of the next minute. Years 0001 to 9999. The error says
// "not an RFC 3339 time" and nothing of where it stood: the caller knows the path.
Result<Timestamp> parse_rfc3339(std::string_view text);

// Whether all that the text lacks to be such a time is its offset: many programs write times
// without one, and nobody can tell which moment such a time names.
bool lacks_offset(std::string_view text);

// UTC with six digits of fraction: `2021-04-08T00:00:00.000000Z`.
std::string format_rfc3339(Instant at);

}  // namespace chatreports
