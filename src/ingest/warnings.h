#pragma once
// Warnings about accepted values that count nowhere, such as an event of a type that no filter
// accepts. Most likely the sender has made a mistake.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace chatreports::ingest {

struct Warning {
  std::string what;
  std::uint64_t count = 0;
  std::uint64_t line = 0;  // of the first one; counted from 1
  bool operator==(const Warning&) const = default;
};

constexpr std::size_t max_warnings = 50;

// What is said of a `rating.score` that is not from 0 to the highest rating of the licence.
std::string unknown_rating(std::int64_t highest);

// Counts the warning with equal ones. Beyond max_warnings all others are counted together.
void add_warning(std::vector<Warning>& warnings, Warning more);

}  // namespace chatreports::ingest
