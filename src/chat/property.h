#pragma once
// Properties of chats and threads.

#include <cstdint>
#include <string>
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

}  // namespace chatreports::chat
