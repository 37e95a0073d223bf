#pragma once
// The previous_started_at of a ThreadChange where nobody knows it: the store had the thread, and
// its record was damaged. An engine that has the thread finds it by its number.

#include <cstdint>

#include "time/instant.h"

namespace chatreports::chat {

inline constexpr Instant unknown_instant = from_unix_microseconds(INT64_MIN);

}  // namespace chatreports::chat
