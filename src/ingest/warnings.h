#pragma once
// Warnings about accepted values that count nowhere, such as an event of a type that no filter can
// name. Most likely the sender has made a mistake.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace chatreports::ingest {

struct Warning {
  std::string what;
  std::uint64_t count = 0;
  std::uint64_t line = 0;  // of the first, counted from 1
  bool operator==(const Warning&) const = default;
};

constexpr std::size_t max_warnings = 50;

// Counts it with those that say the same. Beyond max_warnings it is counted with all others.
void add_warning(std::vector<Warning>& warnings, Warning more);

}  // namespace chatreports::ingest
