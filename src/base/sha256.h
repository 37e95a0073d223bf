#pragma once
// SHA-256. OpenSSL's one-shot function searches its implementation at each call, which takes as
// long as the digest of a short text; here it is searched once.

#include <array>
#include <string_view>

namespace chatreports {

using Sha256 = std::array<unsigned char, 32>;

// Any thread. Throws std::bad_alloc if the library finds no memory.
Sha256 sha256(std::string_view bytes);

}  // namespace chatreports
