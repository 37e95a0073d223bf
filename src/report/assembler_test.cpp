#include "report/assembler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/catalogue.h"
#include "report/plans.h"
#include "time/rfc3339.h"

namespace chatreports::report {
namespace {

using testing::ElementsAre;

Query three_days() {
  Query query;
  query.range = {parse_rfc3339("2021-04-08T00:00:00Z")->instant,
                 parse_rfc3339("2021-04-10T23:59:59Z")->instant};
  return query;
}

std::vector<Measure> measures_of(const Plan& plan) {
  return std::get<ChatsSource>(plan.source).measures;
}

Number integer(std::int64_t value) {
  return value;
}

TEST(Assembler, AsksForEachMeasureOnce) {
  const std::vector<Plan> duration = *plans_of(*find("chats", "duration"), three_days());
  ASSERT_EQ(duration.size(), 1U);
  EXPECT_THAT(measures_of(duration[0]),
              ElementsAre(Measure{Column::count, {}}, Measure{Column::agents_chatting_duration, {}},
                          Measure{Column::duration, {}}));
  const std::vector<Plan> response = *plans_of(*find("chats", "response_time"), three_days());
  ASSERT_EQ(response.size(), 1U);
  EXPECT_THAT(measures_of(response[0]), ElementsAre(Measure{Column::count, has_response()},
                                                    Measure{Column::response_time, {}}));
}

TEST(Assembler, AsksForTheTotalOfGroupedChatsApart) {
  const std::vector<Plan> tags = *plans_of(*find("chats", "tags"), three_days());
  ASSERT_EQ(tags.size(), 2U);
  EXPECT_EQ(std::get<ChatsSource>(tags[0].source).group_by, Field::tag());
  EXPECT_EQ(tags[0].buckets.size(), 3U);
  EXPECT_EQ(std::get<ChatsSource>(tags[1].source).group_by, std::nullopt);
  EXPECT_EQ(tags[1].buckets.size(), 1U);
}

TEST(Assembler, LeavesOutZerosAndKeepsEmptyBuckets) {
  const Definition& ratings = *find("chats", "ratings");
  const std::vector<Plan> plans = *plans_of(ratings, three_days());
  ChatsTable cells(3);  // chats, bad, good
  cells.add(1, ChatsTable::no_group, std::vector<Sum>{7, 2, 0});
  Allowance allowance;
  const Report report =
      report_of(ratings, three_days(), plans, std::vector<Table>{cells}, allowance);
  EXPECT_EQ(report.definition, &ratings);
  EXPECT_EQ(report.total, integer(7));
  const Entries expected = {{"2021-04-08", Entries{}},
                            {"2021-04-09", Entries{{"bad", integer(2)}, {"chats", integer(7)}}},
                            {"2021-04-10", Entries{}}};
  EXPECT_EQ(report.records, expected);
}

TEST(Assembler, WritesNumbersAloneByGroup) {
  const Definition& tags = *find("chats", "tags");
  const std::vector<Plan> plans = *plans_of(tags, three_days());
  ChatsTable by_tag(1);
  by_tag.add(0, by_tag.add_group("a"), std::vector<Sum>{1});
  by_tag.add(0, by_tag.add_group("b"), std::vector<Sum>{2});
  by_tag.add(2, 0, std::vector<Sum>{3});
  ChatsTable all(1);
  all.add(0, ChatsTable::no_group, std::vector<Sum>{5});
  Allowance allowance;
  const Report report =
      report_of(tags, three_days(), plans, std::vector<Table>{by_tag, all}, allowance);
  EXPECT_EQ(report.total, integer(5));
  const Entries expected = {{"2021-04-08", Entries{{"a", integer(1)}, {"b", integer(2)}}},
                            {"2021-04-09", Entries{}},
                            {"2021-04-10", Entries{{"a", integer(3)}}}};
  EXPECT_EQ(report.records, expected);
}

TEST(Assembler, CarriesUnitsAndDimensions) {
  const Definition& response = *find("chats", "first_response_time");
  const std::vector<Plan> plans = *plans_of(response, three_days());
  ChatsTable cells(2);
  cells.add(0, ChatsTable::no_group, std::vector<Sum>{2, 60'035'000});
  Allowance allowance;
  const Report report =
      report_of(response, three_days(), plans, std::vector<Table>{cells}, allowance);
  EXPECT_EQ(report.figures[1].unit, Unit::seconds);
  EXPECT_THAT(report.definition->dimensions, ElementsAre(Dimension::bucket));
  EXPECT_EQ(report.records.front().value,
            (Entry::Value(Entries{{"count", integer(2)},
                                  {"first_response_time", Number(Hundredths{3'002})}})));
}

}  // namespace
}  // namespace chatreports::report
