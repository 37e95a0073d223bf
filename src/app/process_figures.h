#pragma once
// Figures of the process, with the names that Prometheus gives them everywhere.

#include <vector>

#include "api/metrics.h"

namespace chatreports::app {

// Leaves out what the system does not tell.
std::vector<api::Sample> process_figures();

}  // namespace chatreports::app
