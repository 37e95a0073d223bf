#pragma once
// Strong types for numbers that must not be confused.

#include <compare>
#include <cstdint>

namespace chatreports {

// A licence: the tenant that owns every record. Nothing ever crosses licences.
struct LicenseId {
  std::int64_t value = 0;
  auto operator<=>(const LicenseId&) const = default;
};

// The number that the store gives to each change of a fact. It rises; 0 is before the first.
struct ChangeNumber {
  std::int64_t value = 0;
  auto operator<=>(const ChangeNumber&) const = default;
};

// The store's number of a thread, given to its first record and never to another thread.
struct ThreadNumber {
  std::int64_t value = 0;
  auto operator<=>(const ThreadNumber&) const = default;
};

}  // namespace chatreports
