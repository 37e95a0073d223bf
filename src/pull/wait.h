#pragma once

#include <stop_token>

#include "time/instant.h"

namespace chatreports::pull {

// Waits; returns early if a stop is requested.
void wait_for(Duration time, const std::stop_token& stop);

}  // namespace chatreports::pull
