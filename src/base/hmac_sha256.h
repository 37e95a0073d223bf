#pragma once
// HMAC-SHA-256, and the comparison of codes.

#include <string_view>

#include "base/sha256.h"

namespace chatreports {

// Any thread. Throws std::bad_alloc if the library finds no memory.
Sha256 hmac_sha256(std::string_view key, std::string_view bytes);

// Takes a time that does not depend on where they differ.
bool is_equal(const Sha256& left, const Sha256& right);

}  // namespace chatreports
