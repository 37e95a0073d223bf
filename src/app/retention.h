#pragma once
// How long licences keep their chats: --keep.

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/numbers.h"
#include "time/instant.h"

namespace chatreports::app {

struct KeptTime {
  std::int64_t months = 0;
  std::int64_t days = 0;
  bool operator==(const KeptTime&) const = default;
};

// Parses a whole number and a unit: `90d` or `90days`, `24months`, `2years`; up to 100 years.
Result<KeptTime> parse_kept_time(std::string_view text);

// The time from which on chats are kept: as much before the beginning of the day of `now`, in UTC.
// Of a month without that day, the last day counts.
Instant kept_from(const KeptTime& kept, Instant now);

struct Retention {
  std::optional<KeptTime> of_all;  // other licences; nothing: they keep all chats
  std::map<LicenseId, KeptTime> of_license;

  std::optional<Instant> keeps_from(LicenseId license, Instant now) const;
};

}  // namespace chatreports::app
