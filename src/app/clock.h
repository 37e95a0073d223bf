#pragma once
// The one clock. Below app/ time is an input.

#include "time/instant.h"

namespace chatreports::app {

Instant now();

}  // namespace chatreports::app
