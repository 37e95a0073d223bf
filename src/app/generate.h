#pragma once
// `chatreports generate`.

#include "generate/generator.h"

namespace chatreports::app {

// Writes sample records to standard output. Returns the exit code.
int run_generate(const generate::Options& options);

}  // namespace chatreports::app
