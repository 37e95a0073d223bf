#include "store/string_table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace chatreports::store {
namespace {

std::uint32_t met_times(StringTable& strings, std::string_view text, int times) {
  std::uint32_t number = 0;
  for (int time = 0; time < times; ++time) number = strings.number_of(text);
  return number;
}

TEST(StringTable, adds_texts_that_are_met_often) {
  StringTable strings;
  EXPECT_EQ(met_times(strings, "once in a while", 15), 0u);
  EXPECT_EQ(met_times(strings, "sales", 16), 1u);
  EXPECT_EQ(met_times(strings, "support", 100), 2u);
  EXPECT_EQ(strings.number_of("sales"), 1u);
  EXPECT_EQ(*strings.find(1), "sales");
  EXPECT_EQ(*strings.find(2), "support");
  EXPECT_EQ(strings.find(0), nullptr);
  EXPECT_EQ(strings.find(3), nullptr);
}

TEST(StringTable, leaves_out_texts_that_are_too_short_or_too_long) {
  StringTable strings;
  EXPECT_EQ(met_times(strings, "", 100), 0u);
  EXPECT_EQ(met_times(strings, "x", 100), 0u);
  EXPECT_EQ(met_times(strings, std::string(StringTable::most_bytes_of_one + 1, 'x'), 100), 0u);
  EXPECT_EQ(met_times(strings, std::string(StringTable::most_bytes_of_one, 'x'), 100), 1u);
  EXPECT_EQ(strings.size(), 1u);
}

// Texts that differ each time must not fill the table, however many there are.
TEST(StringTable, leaves_out_texts_that_are_met_once_each) {
  StringTable strings;
  for (int number = 0; number < 2'000'000; ++number) {
    strings.number_of(fmt::format("unique {}", number));
    if (number % 1'000 == 0) strings.number_of("every now and then");
  }
  EXPECT_NE(strings.number_of("every now and then"), 0u);
  EXPECT_LT(strings.size(), 100u);
}

TEST(StringTable, is_bounded) {
  StringTable strings;
  for (std::size_t number = 0; number < StringTable::most_strings + 100; ++number) {
    met_times(strings, fmt::format("{:05}", number), 16);
  }
  EXPECT_EQ(strings.size(), StringTable::most_strings);
  EXPECT_NE(strings.number_of("00000"), 0u);
  strings.shrink(10);
  EXPECT_EQ(strings.size(), 10u);
  EXPECT_EQ(strings.number_of("00010"), 0u) << "it has to be met often again";
  for (std::size_t number = 0; number < StringTable::most_strings; ++number) {
    met_times(strings, fmt::format("{:0255}", number), 16);
  }
  EXPECT_LT(strings.size(), StringTable::most_bytes / 255 + 20);
}

}  // namespace
}  // namespace chatreports::store
