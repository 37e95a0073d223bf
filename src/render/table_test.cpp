#include "render/table.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "report/catalogue.h"
#include "report/grouping.h"
#include "time/rfc3339.h"

namespace chatreports::render {
namespace {

using report::Entries;
using report::Number;

const Buckets three_days = Buckets::make(Zone::utc(),
                                         {parse_rfc3339("2021-04-08T00:00:00Z")->instant,
                                          parse_rfc3339("2021-04-10T23:00:00Z")->instant},
                                         Distribution::day)
                               .value();

Number whole(std::int64_t number) {
  return number;
}

std::string table_of(const report::Definition& definition, Entries records,
                     std::optional<Number> total = std::nullopt) {
  Allowance allowance;
  report::Report report{.definition = &definition, .figures = definition.figures};
  report.total = total;
  report.records = std::move(records);
  return to_table(std::move(report), three_days, nullptr, allowance);
}

const report::Definition& chats(std::string_view action) {
  return *report::find("chats", action);
}

TEST(Table, AlignsTheRowsAndDrawsEachFigure) {
  EXPECT_EQ(table_of(chats("ratings"),
                     {{"2021-04-08", Entries{{"bad", whole(1)}, {"chats", whole(16)}}},
                      {"2021-04-09", Entries{}},
                      {"2021-04-10", Entries{{"chats", whole(8)}, {"good", whole(7)}}}},
                     whole(24)),
            "total: 24 chats\n"
            "\n"
            "bucket      bad (chats)  chats  good (chats)\n"
            "2021-04-08            1     16             0\n"
            "2021-04-09            0      0             0\n"
            "2021-04-10            0      8             7\n"
            "\n"
            "bad (chats)   █▁▁  up to 1   1 in all\n"
            "chats         █▁▅  up to 16  24 in all\n"
            "good (chats)  ▁▁█  up to 7   7 in all\n");
}

TEST(Table, AValueBelowTheBucketsHasALineAndAChart) {
  EXPECT_EQ(table_of(chats("tags"), {{"2021-04-08", Entries{{"a", whole(2)}, {"żółw", whole(1)}}},
                                     {"2021-04-09", Entries{}},
                                     {"2021-04-10", Entries{{"żółw", whole(3)}}}}),
            "bucket      tag   count (chats)\n"
            "2021-04-08  a                 2\n"
            "2021-04-08  żółw              1\n"
            "2021-04-09\n"
            "2021-04-10  żółw              3\n"
            "\n"
            "a     count (chats)  █▁▁  up to 2  2 in all\n"
            "żółw  count (chats)  ▃▁█  up to 3  4 in all\n");
  EXPECT_EQ(table_of(report::grouped_by(chats("ratings"), report::Dimension::agent),
                     {{"2021-04-08", Entries{{"ann", Entries{{"good", whole(2)}}}}},
                      {"2021-04-09", Entries{}},
                      {"2021-04-10", Entries{}}}),
            "bucket      agent  bad (chats)  chats  good (chats)\n"
            "2021-04-08  ann              0      0             2\n"
            "2021-04-09\n"
            "2021-04-10\n"
            "\n"
            "ann  bad (chats)   ▁▁▁  up to 0  0 in all\n"
            "ann  chats         ▁▁▁  up to 0  0 in all\n"
            "ann  good (chats)  █▁▁  up to 2  2 in all\n");
}

TEST(Table, WithoutBucketsHasNoChart) {
  EXPECT_EQ(table_of(chats("ranking"), {{"ann", Entries{{"bad", whole(1)},
                                                        {"good", whole(10)},
                                                        {"score", Number(0.517)},
                                                        {"total", whole(11)}}}}),
            "agent  bad (chats)  good (chats)  score  total (chats)\n"
            "ann              1            10   0.52             11\n");
}

TEST(Table, ShowsNoControlCharacterAndCutsLongTexts) {
  const std::string text = table_of(
      chats("tags"),
      {{"2021-04-08", Entries{{"a\x1b[31m\n", whole(1)}, {std::string(1'000, 'x'), whole(1)}}},
       {"2021-04-09", Entries{}},
       {"2021-04-10", Entries{}}});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find(std::string(39, 'x') + "…  count"), std::string::npos) << text;
  EXPECT_EQ(std::ranges::count(text, '\n'), 8);
}

// Two texts that are shown alike are two values, and a name may be empty.
TEST(Table, TellsValuesApart) {
  const std::string long_text(50, 'x');
  const std::string text =
      table_of(chats("tags"),
               {{"2021-04-08",
                 Entries{{"", whole(9)}, {long_text + "1", whole(7)}, {long_text + "2", whole(8)}}},
                {"2021-04-09", Entries{}},
                {"2021-04-10", Entries{}}});
  for (const char* sum : {"9 in all", "7 in all", "8 in all"}) {
    EXPECT_NE(text.find(sum), std::string::npos) << sum << '\n' << text;
  }
}

// A value has a place for each bucket, which no answer needs.
TEST(Table, OfManyValuesAndBucketsIsRefused) {
  const Buckets hours = Buckets::make(Zone::utc(),
                                      {parse_rfc3339("2020-01-01T00:00:00Z")->instant,
                                       parse_rfc3339("2021-12-31T00:00:00Z")->instant},
                                      Distribution::day_hours)
                            .value();
  Entries first;
  for (int tag = 0; tag < 10'000; ++tag) first.push_back({"t" + std::to_string(tag), whole(1)});
  Entries records{{"2020-01-01 00:00", std::move(first)}};
  records.resize(hours.size(), {"", Entries{}});
  Allowance allowance({}, [] { return Duration(1'000'000); }, 1'000'000, 1);
  const report::Definition& tags = chats("tags");
  static_cast<void>(
      to_table({.definition = &tags, .figures = tags.figures, .records = std::move(records)}, hours,
               nullptr, allowance));
  EXPECT_EQ(allowance.end(), Allowance::End::too_large);
}

}  // namespace
}  // namespace chatreports::render
