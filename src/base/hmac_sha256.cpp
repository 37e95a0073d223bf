#include "base/hmac_sha256.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <new>

namespace chatreports {

Sha256 hmac_sha256(std::string_view key, std::string_view bytes) {
  Sha256 code{};
  unsigned length = 0;
  const auto* const begin = reinterpret_cast<const unsigned char*>(bytes.data());
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), begin, bytes.size(), code.data(),
           &length) == nullptr ||
      length != code.size()) {
    throw std::bad_alloc();
  }
  return code;
}

bool is_equal(const Sha256& left, const Sha256& right) {
  return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace chatreports
