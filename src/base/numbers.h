#pragma once
// Strong types for the numbers that must not be mixed up.

#include <compare>
#include <cstdint>

namespace chatreports {

// A licence: the tenant that owns every record. Nothing ever crosses licences.
struct LicenseId {
  std::int64_t value = 0;
  auto operator<=>(const LicenseId&) const = default;
};

// The rising number that the store gives to each change of a fact; 0 is before the first.
struct ChangeNumber {
  std::int64_t value = 0;
  auto operator<=>(const ChangeNumber&) const = default;
};

// The store's own number for a thread, given when it is first heard of and never used again.
struct ThreadNumber {
  std::int64_t value = 0;
  auto operator<=>(const ThreadNumber&) const = default;
};

}  // namespace chatreports
