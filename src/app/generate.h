#pragma once
// `chatreports generate`.

#include "generate/generator.h"

namespace chatreports::app {

// Sample records on standard output. The exit code.
int run_generate(const generate::Options& options);

}  // namespace chatreports::app
