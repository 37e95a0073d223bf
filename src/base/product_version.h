#pragma once
// The version of the program, made by cmake/version.cmake.

#include <string_view>

namespace chatreports {

// "0.3.0" for a release, "0.3.0+14.g92e2e00" for what follows it.
std::string_view product_version();

}  // namespace chatreports
