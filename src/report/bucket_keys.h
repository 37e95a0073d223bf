#pragma once
// The keys of buckets, as they stand in a report.

#include <cstdint>
#include <string>

#include "time/buckets.h"

namespace chatreports::report {

// `13:00`, `2021-04-08`, `2021-04-08 13:00`, `2021-04`, `2021`, by distribution (a year has at
// least four digits). Keys ascend with their buckets. Empty for Buckets::whole.
std::string bucket_key(const Buckets& buckets, std::uint32_t bucket);

// The same as a time of ISO 8601: an hour of a day is `2021-04-08T13:00:00+02:00`, with the offset
// that its beginning has from UTC. The others are such times already.
std::string bucket_time(const Buckets& buckets, std::uint32_t bucket);

}  // namespace chatreports::report
