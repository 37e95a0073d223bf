#pragma once
// One-byte codes for the names of properties that LiveChat itself sets on nearly every chat.

#include <cstdint>
#include <string_view>

namespace chatreports::store {

struct PropertyName {
  std::string_view name_space;
  std::string_view name;
  bool operator==(const PropertyName&) const = default;
};

// Returns 0 if the name has no code.
std::uint8_t property_code(PropertyName name);
// Returns null if no name has the code.
const PropertyName* property_of_code(std::uint64_t code);

}  // namespace chatreports::store
