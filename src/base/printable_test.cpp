#include "base/printable.h"

#include <gtest/gtest.h>

namespace chatreports {
namespace {

TEST(Printable, KeepsReadableText) {
  const std::string text = "Zażółć gęślą jaźń — 日本語 עברית 😀 a b";
  EXPECT_EQ(printable(text), text);
  EXPECT_EQ(printable(""), "");
}

TEST(Printable, HidesControlsOfATerminal) {
  EXPECT_EQ(printable("a\x1b[31mb\r\n\t\x7f"), "a?[31mb????");
  EXPECT_EQ(printable(std::string("a\0b", 3)), "a?b");
  EXPECT_EQ(printable("a\u0085b\u009bc\u0080d\u009fe"), "a?b?c?d?e");  // C1
  EXPECT_EQ(printable("a\x9b"
                      "b"),
            "a?b");  // C1 as a byte alone
}

TEST(Printable, HidesCharactersThatChangeHowTheRestLooks) {
  // NOLINTBEGIN(misc-misleading-bidirectional): these are the characters that it looks for
  for (const char* mark :
       {"\u00ad", "\u061c", "\u180e", "\u200b", "\u200c", "\u200d", "\u200e",    "\u200f",
        "\u2028", "\u2029", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e",    "\u2060",
        "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff", "\ufff9", "\U000e0041"}) {
    EXPECT_EQ(printable(std::string("a") + mark + "b"), "a?b") << mark;
  }
  // NOLINTEND(misc-misleading-bidirectional)
}

}  // namespace
}  // namespace chatreports
