#include "report/report.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "report/catalogue.h"

namespace chatreports::report {
namespace {

TEST(RoundedMean, RoundsHalfUp) {
  EXPECT_EQ(rounded_mean(0, 3), 0);
  EXPECT_EQ(rounded_mean(1, 2), 1);
  EXPECT_EQ(rounded_mean(1, 3), 0);
  EXPECT_EQ(rounded_mean(2, 3), 1);
  EXPECT_EQ(rounded_mean(5, 2), 3);
  EXPECT_EQ(rounded_mean(Sum{1} << 100, Sum{1} << 50), std::int64_t{1} << 50);
}

TEST(EntriesByBucket, GivesEmptyBucketsToo) {
  ChatsTable cells(1);
  cells.add(1, ChatsTable::no_group, std::vector<Sum>{7});
  Allowance allowance;
  const Entries entries = entries_by_bucket(
      {"a", "b", "c"}, cells,
      [](std::span<const Sum> figures) {
        return Entries{{"count", Figure(static_cast<std::int64_t>(figures[0]))}};
      },
      allowance);
  const Entries expected = {
      {"a", Entries{}}, {"b", Entries{{"count", Figure(std::int64_t{7})}}}, {"c", Entries{}}};
  EXPECT_EQ(entries, expected);
}

TEST(Catalogue, HasTheTwelveReportsOnce) {
  std::map<std::string_view, std::set<std::string_view>> actions;
  for (const Definition& definition : catalogue()) {
    actions[definition.resource].insert(definition.action);
    EXPECT_EQ(find(definition.resource, definition.action), &definition);
  }
  EXPECT_EQ(actions.size(), 2U);
  EXPECT_EQ(actions["chats"].size(), 10U);
  EXPECT_EQ(actions["agents"].size(), 2U);
  EXPECT_EQ(find("chats", "nothing"), nullptr);
  EXPECT_EQ(find("agents", "tags"), nullptr);
}

}  // namespace
}  // namespace chatreports::report
