#include "store/texts.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace chatreports::store {
namespace {

std::uint32_t met_times(Texts& texts, std::string_view text, int times) {
  std::uint32_t number = 0;
  for (int time = 0; time < times; ++time) number = texts.number_of(text);
  return number;
}

TEST(Texts, are_kept_once_they_are_met_often) {
  Texts texts;
  EXPECT_EQ(met_times(texts, "once in a while", 15), 0u);
  EXPECT_EQ(met_times(texts, "sales", 16), 1u);
  EXPECT_EQ(met_times(texts, "support", 100), 2u);
  EXPECT_EQ(texts.number_of("sales"), 1u);
  EXPECT_EQ(*texts.find(1), "sales");
  EXPECT_EQ(*texts.find(2), "support");
  EXPECT_EQ(texts.find(0), nullptr);
  EXPECT_EQ(texts.find(3), nullptr);
}

TEST(Texts, that_are_not_worth_it_are_not_kept) {
  Texts texts;
  EXPECT_EQ(met_times(texts, "", 100), 0u);
  EXPECT_EQ(met_times(texts, "x", 100), 0u);
  EXPECT_EQ(met_times(texts, std::string(Texts::most_bytes_of_one + 1, 'x'), 100), 0u);
  EXPECT_EQ(met_times(texts, std::string(Texts::most_bytes_of_one, 'x'), 100), 1u);
  EXPECT_EQ(texts.size(), 1u);
}

// What is different each time must not fill the table, however much of it there is.
TEST(Texts, that_are_met_once_each_are_not_kept) {
  Texts texts;
  for (int number = 0; number < 2'000'000; ++number) {
    texts.number_of(fmt::format("unique {}", number));
    if (number % 1'000 == 0) texts.number_of("every now and then");
  }
  EXPECT_NE(texts.number_of("every now and then"), 0u);
  EXPECT_LT(texts.size(), 100u);
}

TEST(Texts, are_bounded) {
  Texts texts;
  for (std::size_t number = 0; number < Texts::most_texts + 100; ++number) {
    met_times(texts, fmt::format("{:05}", number), 16);
  }
  EXPECT_EQ(texts.size(), Texts::most_texts);
  EXPECT_NE(texts.number_of("00000"), 0u);
  texts.shrink(10);
  EXPECT_EQ(texts.size(), 10u);
  EXPECT_EQ(texts.number_of("00010"), 0u) << "it has to be met often again";
  for (std::size_t number = 0; number < Texts::most_texts; ++number) {
    met_times(texts, fmt::format("{:0255}", number), 16);
  }
  EXPECT_LT(texts.size(), Texts::most_bytes / 255 + 20);
}

}  // namespace
}  // namespace chatreports::store
