#include "base/seldom.h"

#include <gtest/gtest.h>

#include <string>

namespace chatreports {
namespace {

using Text = Seldom<std::string>;

TEST(Seldom, IsEqualByValue) {
  EXPECT_EQ(Text(), Text());
  EXPECT_EQ(Text("a"), Text("a"));
  EXPECT_FALSE(Text("a") == Text("b"));
  EXPECT_FALSE(Text("") == Text());
  EXPECT_FALSE(Text() == Text(""));
}

TEST(Seldom, ACopyIsAValueOfItsOwn) {
  Text original("a");
  Text copy = original;
  *copy = "b";
  EXPECT_EQ(*original, "a");
  original = copy;
  EXPECT_EQ(*original, "b");
  original = Text();
  EXPECT_FALSE(original.has_value());
  EXPECT_EQ(*copy, "b");
}

TEST(Seldom, AssigningItToItselfKeepsIt) {
  Text text("a");
  const Text& same = text;
  text = same;
  EXPECT_EQ(*text, "a");
}

TEST(Seldom, TakesNoMoreThanAPointerWhileItIsAbsent) {
  EXPECT_EQ(sizeof(Text), sizeof(void*));
}

}  // namespace
}  // namespace chatreports
