#pragma once
// RFC 3339 timestamps: the times of the API and of LiveChat's records.

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
// fraction of any length, whose digits after the microsecond are ignored. A leap second (`:60`)
// is the first instant of the next minute. Years 0001 to 9999. The error says
// "not an RFC 3339 time" without the path, which the caller knows.
Result<Timestamp> parse_rfc3339(std::string_view text);

// Returns whether the text is such a time except for its offset: many programs write times without
// one, which name no definite instant.
bool lacks_offset(std::string_view text);

// Returns why a text that parse_rfc3339 refuses is not a time, with the text itself, cut and safe
// to print: `not an RFC 3339 time: "2021-04-08T00:00:00" has no offset from UTC, such as Z or
// +02:00`.
std::string why_not_rfc3339(std::string_view text);

// Writes UTC with six digits of fraction: `2021-04-08T00:00:00.000000Z`.
std::string format_rfc3339(Instant at);

// Likewise without the fraction, which is cut off: `2021-04-08T00:00:00Z`.
std::string format_rfc3339_second(Instant at);

}  // namespace chatreports
