#pragma once
// How long a client waits after a request that failed. Pure.

#include <chrono>
#include <optional>

#include "time/instant.h"

namespace chatreports::pull {

// After `failures` in a row, at least 1: 2 s, 4 s, 8 s … up to 5 minutes, less up to a half of that
// by chance (from 0 to 1), so that clients do not come back together. At least as long as the
// server asks for, which counts up to an hour.
Duration time_before_retry(int failures, std::optional<std::chrono::seconds> asked, double chance);

}  // namespace chatreports::pull
