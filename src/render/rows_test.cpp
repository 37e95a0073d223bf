#include "render/rows.h"

#include <gtest/gtest.h>

#include "report/catalogue.h"
#include "time/rfc3339.h"

namespace chatreports::render {
namespace {

using report::Entries;
using report::Number;

Buckets days(const char* from, const char* to) {
  return Buckets::make(Zone::utc(), {parse_rfc3339(from)->instant, parse_rfc3339(to)->instant},
                       Distribution::day)
      .value();
}

report::Report report_of(std::string_view action, Entries records) {
  const report::Definition* const definition = report::find("chats", action);
  return {.definition = definition,
          .figures = definition->figures,
          .total = Number(std::int64_t{5}),
          .records = std::move(records)};
}

Number whole(std::int64_t number) {
  return number;
}

const Buckets two_days = days("2021-04-08T00:00:00Z", "2021-04-09T23:00:00Z");

report::Report ratings() {
  return report_of("ratings", {{"2021-04-08", Entries{{"bad", whole(1)}, {"chats", whole(3)}}},
                               {"2021-04-09", Entries{}}});
}

report::Report tags_called(const std::string& tag) {
  return report_of("tags", {{"2021-04-08", Entries{{tag, whole(2)}}}, {"2021-04-09", Entries{}}});
}

TEST(Csv, HasARowForEachBucketWhetherOrNotItHasChats) {
  Allowance allowance;
  EXPECT_EQ(to_csv(ratings(), two_days, nullptr, allowance),
            "bucket,bad (chats),chats,good (chats)\r\n"
            "2021-04-08,1,3,0\r\n"
            "2021-04-09,0,0,0\r\n");
  EXPECT_EQ(to_csv(tags_called("vip"), two_days, nullptr, allowance),
            "bucket,tag,count (chats)\r\n2021-04-08,vip,2\r\n2021-04-09,,\r\n");
}

TEST(Csv, AMeanOfNothingIsEmpty) {
  Allowance allowance;
  EXPECT_EQ(
      to_csv(report_of("response_time", {{"2021-04-08", Entries{{"count", whole(1)},
                                                                {"response_time", Number(1.5)}}},
                                         {"2021-04-09", Entries{}}}),
             two_days, nullptr, allowance),
      "bucket,count (chats),response_time (seconds)\r\n2021-04-08,1,1.5\r\n"
      "2021-04-09,0,\r\n");
}

TEST(Csv, QuotesWhatSeparatesCells) {
  const auto cell = [](const std::string& tag) {
    Allowance allowance;
    const std::string csv = to_csv(tags_called(tag), two_days, nullptr, allowance);
    const std::size_t begin = csv.find("08,") + 3;
    return csv.substr(begin, csv.find(",2\r\n") - begin);
  };
  EXPECT_EQ(cell("a b"), "a b");
  EXPECT_EQ(cell("a;b"), "\"a;b\"");
  EXPECT_EQ(cell("a,b"), "\"a,b\"");
  EXPECT_EQ(cell("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(cell("a\nb\rc"), "\"a\nb\rc\"");
  EXPECT_EQ(cell("żółw 🐢"), "żółw 🐢");
}

TEST(Csv, NoTextIsAFormula) {
  for (const char* tag : {"=1+1", "+1", "-1", "@SUM(A1)", "'=1", "''=1"}) {
    Allowance allowance;
    EXPECT_NE(to_csv(tags_called(tag), two_days, nullptr, allowance)
                  .find("08,'" + std::string(tag) + ",2\r\n"),
              std::string::npos)
        << tag;
  }
  Allowance allowance;
  EXPECT_NE(to_csv(tags_called("\rx,"), two_days, nullptr, allowance).find("08,\"'\rx,\",2"),
            std::string::npos);
  for (const char* tag : {"\tx", "\nx"}) {
    EXPECT_NE(to_csv(tags_called(tag), two_days, nullptr, allowance)
                  .find("08,\"'" + std::string(tag) + "\",2"),
              std::string::npos);
  }
  EXPECT_NE(to_csv(tags_called("'a"), two_days, nullptr, allowance).find("08,'a,2"),
            std::string::npos);
  EXPECT_NE(to_csv(tags_called("a=1"), two_days, nullptr, allowance).find("08,a=1,2"),
            std::string::npos);
}

TEST(JsonRows, HasTheSameRows) {
  Allowance allowance;
  EXPECT_EQ(to_json_rows(ratings(), two_days, nullptr, allowance),
            R"([{"bucket":"2021-04-08","bad":1,"chats":3,"good":0},)"
            R"({"bucket":"2021-04-09","bad":0,"chats":0,"good":0}])");
  EXPECT_EQ(to_json_rows(tags_called("a\"b"), two_days, nullptr, allowance),
            R"([{"bucket":"2021-04-08","tag":"a\"b","count":2},)"
            R"({"bucket":"2021-04-09","tag":null,"count":null}])");
  EXPECT_EQ(to_json_rows(report_of("ranking", {}), two_days, nullptr, allowance), "[]");
}

TEST(Rows, HaveNamesBesideIds) {
  const chat::Team names{{{"ann", "Ann", false}, {"bob", std::nullopt, false}},
                         {{0, "General"}, {5, "=Sales"}}};
  Allowance allowance;
  const auto ranking = [] {
    const Entries figures{{"bad", whole(1)}};
    return report_of("ranking", {{"ann", figures}, {"bob", figures}, {"cecile", figures}});
  };
  const std::string csv = to_csv(ranking(), two_days, &names, allowance);
  EXPECT_EQ(csv.find("agent,agent_name,"), 0U) << csv;
  EXPECT_NE(csv.find("\r\nann,Ann,1,"), csv.npos) << csv;
  EXPECT_NE(csv.find("\r\nbob,,1,"), csv.npos) << csv;
  EXPECT_NE(csv.find("\r\ncecile,,1,"), csv.npos) << csv;
  const auto groups = [] {
    return report_of("groups", {{"2021-04-08", Entries{{"0", whole(1)}, {"5", whole(2)}}},
                                {"2021-04-09", Entries{}}});
  };
  EXPECT_EQ(to_csv(groups(), two_days, &names, allowance),
            "bucket,group,group_name,count (chats)\r\n"
            "2021-04-08,0,General,1\r\n2021-04-08,5,'=Sales,2\r\n2021-04-09,,,\r\n");
  EXPECT_NE(to_json_rows(groups(), two_days, &names, allowance)
                .find(R"({"bucket":"2021-04-08","group":0,"group_name":"General","count":1})"),
            std::string::npos);
}

TEST(Rows, StopAtTheEndOfTheAllowance) {
  Entries records;
  for (int agent = 0; agent < 1'000; ++agent) {
    records.push_back({"agent" + std::to_string(agent), Entries{{"good", whole(1)}}});
  }
  for (const auto render : {to_csv, to_json_rows}) {
    Allowance allowance({}, [] { return Duration(1); }, 1'000, 16);
    const std::string text = render(report_of("ranking", records), two_days, nullptr, allowance);
    EXPECT_EQ(allowance.end(), Allowance::End::too_large);
    EXPECT_LT(text.size(), 1'200U);
  }
}

}  // namespace
}  // namespace chatreports::render
