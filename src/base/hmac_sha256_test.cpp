#include "base/hmac_sha256.h"

#include <gtest/gtest.h>

#include "base/hex.h"

namespace chatreports {
namespace {

std::string hex(const Sha256& code) {
  std::string text;
  append_hex(text, code);
  return text;
}

// RFC 4231, test cases 1 and 2.
TEST(HmacSha256, IsThatOfTheStandard) {
  EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(HmacSha256, IsComparedAsAWhole) {
  Sha256 code = hmac_sha256("key", "text");
  const Sha256 same = hmac_sha256("key", "text");
  EXPECT_TRUE(is_equal(code, same));
  code.back() ^= 1;
  EXPECT_FALSE(is_equal(code, same));
}

}  // namespace
}  // namespace chatreports
