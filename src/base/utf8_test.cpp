#include "base/utf8.h"

#include <gtest/gtest.h>

namespace chatreports {
namespace {

TEST(ValidUtf8, KeepsCharactersAndReplacesTheRest) {
  EXPECT_EQ(valid_utf8("zażółć €𝄞"), "zażółć €𝄞");
  EXPECT_EQ(valid_utf8("a\xFFz"), "a?z");
  EXPECT_EQ(valid_utf8("\xC0\xAF"), "??");            // overlong
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), "???");       // a surrogate
  EXPECT_EQ(valid_utf8("\xE2\x82"), "??");            // cut off
  EXPECT_EQ(valid_utf8("\xF5\x80\x80\x80"), "????");  // past the last code point
}

TEST(Shortened, CutsBetweenCharacters) {
  EXPECT_EQ(shortened("short", 5), "short");
  EXPECT_EQ(shortened("longer", 5), "longe…");
  EXPECT_EQ(shortened("abż", 3), "ab…");
  EXPECT_EQ(shortened("żabc", 2), "ż…");
}

}  // namespace
}  // namespace chatreports
