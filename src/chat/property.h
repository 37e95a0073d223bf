#pragma once
// Properties of chats and threads.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace chatreports::chat {

// The integer 1, the text "1" and true are different values.
using Value = std::variant<bool, std::int64_t, std::string>;

struct Property {
  std::string name_space;
  std::string name;
  Value value;
  auto operator<=>(const Property&) const = default;
};

// Returns null if there is no such property.
inline const Value* find_property(std::span<const Property> properties, std::string_view name_space,
                                  std::string_view name) {
  for (const Property& property : properties) {
    if (property.name_space == name_space && property.name == name) return &property.value;
  }
  return nullptr;
}

}  // namespace chatreports::chat
