#pragma once
// Ids of capital letters and digits, as LiveChat makes them, in the 64 bits of an integer: a row
// that keeps one so is no larger than one that keeps a digest.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chatreports::store {

// Up to twelve of A–Z and 0–9; nothing for any other text. Each such text has another integer,
// which is above 0.
std::optional<std::int64_t> pack_id(std::string_view id);
// Of what pack_id has made; a text of such characters for any other integer.
std::string unpack_id(std::int64_t packed);

}  // namespace chatreports::store
