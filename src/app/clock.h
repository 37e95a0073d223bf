#pragma once
// The only clock: below app/, time is an input.

#include "time/instant.h"

namespace chatreports::app {

Instant now();

}  // namespace chatreports::app
