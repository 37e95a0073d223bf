#include "report/report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "report/catalogue.h"

namespace chatreports::report {
namespace {

using namespace std::chrono_literals;

TEST(RoundedMean, RoundsHalfUp) {
  EXPECT_EQ(rounded_mean(0, 3), 0);
  EXPECT_EQ(rounded_mean(1, 2), 1);
  EXPECT_EQ(rounded_mean(1, 3), 0);
  EXPECT_EQ(rounded_mean(2, 3), 1);
  EXPECT_EQ(rounded_mean(5, 2), 3);
  EXPECT_EQ(rounded_mean(Sum{1} << 100, Sum{1} << 50), std::int64_t{1} << 50);
}

TEST(NumberOf, IsInTheUnitAndPrecisionOfTheFigure) {
  constexpr Sum hour = Duration(1h).count();
  Figure figure{.unit = Unit::hours, .statistic = Statistic::sum, .precision = Precision::whole};
  EXPECT_EQ(number_of(figure, hour * 3 / 2), Number(std::int64_t{2}));
  figure.precision = Precision::hundredths;
  EXPECT_EQ(number_of(figure, hour * 3 / 2), Number(Hundredths{150}));
  figure.unit = Unit::minutes;
  EXPECT_EQ(number_of(figure, hour * 3 / 2), Number(Hundredths{9'000}));
  figure = {.unit = Unit::seconds, .statistic = Statistic::mean, .precision = Precision::exact};
  EXPECT_EQ(number_of(figure, 2'500'000, 2), Number(1.25));
  EXPECT_EQ(number_of(figure, 0, 0), Number(0.0));
  figure.precision = Precision::whole;
  EXPECT_EQ(number_of(figure, 5'000'000, 2), Number(std::int64_t{3}));
  EXPECT_EQ(number_of(figure, 0, 0), Number(std::int64_t{0}));
  EXPECT_EQ(number_of({}, 7), Number(std::int64_t{7}));
}

TEST(IsZero, AsksForWhatIsWritten) {
  EXPECT_TRUE(is_zero(Number(std::int64_t{0})));
  EXPECT_TRUE(is_zero(Number(Hundredths{0})));
  EXPECT_TRUE(is_zero(Number(0.0)));
  EXPECT_FALSE(is_zero(Number(std::int64_t{1})));
  EXPECT_FALSE(is_zero(Number(Hundredths{1})));
  EXPECT_FALSE(is_zero(Number(1e-9)));
}

TEST(Catalogue, HasEachReportOnce) {
  std::map<std::string_view, std::set<std::string_view>> actions;
  for (const Definition& definition : catalogue()) {
    actions[definition.resource].insert(definition.action);
    EXPECT_EQ(find(definition.resource, definition.action), &definition);
  }
  EXPECT_EQ(actions["chats"].size() + actions["tags"].size() + actions["agents"].size(),
            catalogue().size());
  EXPECT_EQ(find("chats", "nothing"), nullptr);
  EXPECT_EQ(find("agents", "tags"), nullptr);
}

// JSON, CSV and documents rely on it.
TEST(Catalogue, HasFiguresInTheOrderOfTheirKeys) {
  for (const Definition& definition : catalogue()) {
    SCOPED_TRACE(definition.action);
    ASSERT_FALSE(definition.figures.empty());
    ASSERT_FALSE(definition.dimensions.empty());
    for (const auto& figures : {definition.figures, definition.summary}) {
      EXPECT_TRUE(std::ranges::is_sorted(figures, {}, &Figure::key));
      const auto place = [](const Figure& figure) { return std::pair(figure.key, figure.level); };
      EXPECT_EQ(std::ranges::adjacent_find(figures, {}, place), figures.end());
      for (const Figure& figure : figures) EXPECT_FALSE(figure.meaning.empty()) << figure.key;
    }
    EXPECT_FALSE(definition.meaning.empty());
    EXPECT_FALSE(definition.distributions.empty());
  }
}

}  // namespace
}  // namespace chatreports::report
