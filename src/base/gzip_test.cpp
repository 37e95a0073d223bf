#include "base/gzip.h"

#include <gtest/gtest.h>

namespace chatreports {
namespace {

std::string long_text() {
  std::string text;
  for (int line = 0; line < 20'000; ++line) text += "line " + std::to_string(line) + "\n";
  return text;
}

TEST(Gzip, IsUnpackedToTheSameText) {
  for (const std::string& text : {std::string(), std::string("a"), std::string(1'000'000, 'x'),
                                  std::string("\0\1\2", 3), long_text()}) {
    EXPECT_EQ(gunzip(gzip(text), 10'000'000), text);
  }
}

TEST(Gzip, IsSmallerThanTheText) {
  EXPECT_LT(gzip(long_text()).size(), long_text().size() / 3);
}

TEST(Gunzip, TakesSeveralMembers) {
  EXPECT_EQ(gunzip(gzip("one ") + gzip("two"), 100), "one two");
}

TEST(Gunzip, StopsBeyondTheLimit) {
  EXPECT_EQ(gunzip(gzip(std::string(100, 'x')), 100)->size(), 100U);
  EXPECT_EQ(gunzip(gzip(std::string(1'000'000, 'x')), 100)->size(), 101U);
}

TEST(Gunzip, RefusesDamagedAndTruncatedData) {
  const std::string packed = gzip(long_text());
  EXPECT_FALSE(gunzip("", 1'000'000).has_value());
  EXPECT_FALSE(gunzip("plain text", 1'000'000).has_value());
  EXPECT_FALSE(gunzip(packed.substr(0, packed.size() - 1), 1'000'000).has_value());
  std::string damaged = packed;
  damaged[damaged.size() / 2] ^= 0x55;
  EXPECT_FALSE(gunzip(damaged, 1'000'000).has_value());
}

}  // namespace
}  // namespace chatreports
