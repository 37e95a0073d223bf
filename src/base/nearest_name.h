#pragma once
// "Did you mean …?": which of the known names a mistyped one probably is.

#include <span>
#include <string_view>

namespace chatreports {

// Returns the name that differs from `given` by the fewest letters, of up to two: letters to
// insert, remove or replace, and neighbours to swap. Returns an empty text if no name is that near,
// or if `given` is longer than 40 bytes.
std::string_view nearest_name(std::string_view given, std::span<const std::string_view> names);

}  // namespace chatreports
