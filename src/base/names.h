#pragma once
// The names of an enumeration's values: one table for reading and writing. A value may have several
// names; the first is the one that is written.

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace chatreports {

template <class Enum>
struct Name {
  std::string_view text;
  Enum value;
};

// Returns an empty text if the table lacks the value.
template <class Enum, std::size_t size>
constexpr std::string_view name_in(const std::array<Name<Enum>, size>& table, Enum value) {
  const auto* const found = std::ranges::find(table, value, &Name<Enum>::value);
  return found == table.end() ? std::string_view() : found->text;
}

// Returns nothing if the table lacks the name.
template <class Enum, std::size_t size>
constexpr std::optional<Enum> value_in(const std::array<Name<Enum>, size>& table,
                                       std::string_view text) {
  const auto* const found = std::ranges::find(table, text, &Name<Enum>::text);
  return found == table.end() ? std::nullopt : std::optional(found->value);
}

}  // namespace chatreports
