#include "base/nearest_name.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace chatreports {
namespace {

constexpr std::array<std::string_view, 5> names = {"serve", "import", "export", "report", "x"};

TEST(NearestName, FindsTheNameThatAFewLettersMake) {
  EXPECT_EQ(nearest_name("imports", names), "import");
  EXPECT_EQ(nearest_name("imprt", names), "import");
  EXPECT_EQ(nearest_name("inport", names), "import");
  EXPECT_EQ(nearest_name("improt", names), "import");
  EXPECT_EQ(nearest_name("srve", names), "serve");
  EXPECT_EQ(nearest_name("srvee", names), "serve");
  EXPECT_EQ(nearest_name("serve", names), "serve");
}

TEST(NearestName, CountsSwappedNeighboursAsOneLetter) {
  constexpr std::array<std::string_view, 2> two = {"cvv", "csv"};
  EXPECT_EQ(nearest_name("cvs", two), "cvv");
  constexpr std::array<std::string_view, 2> other = {"cxx", "csv"};
  EXPECT_EQ(nearest_name("cvs", other), "csv");
}

TEST(NearestName, FindsNothingFarAway) {
  for (const std::string& given : {std::string("start"), std::string("y"), std::string(),
                                   std::string("exprrtts"), std::string(41, 'i')}) {
    EXPECT_EQ(nearest_name(given, names), "") << given;
  }
  EXPECT_EQ(nearest_name("serve", {}), "");
}

}  // namespace
}  // namespace chatreports
