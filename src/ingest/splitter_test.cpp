#include "ingest/splitter.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace chatreports::ingest {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::size_t no_limit = std::size_t{1} << 30;

// Each unit as "<line> <text>", a refused one as "<line> ! <reason>", and a page without its
// elements as "<line> ~ <text>".
std::vector<std::string> split(std::string_view input, std::size_t batch_bytes = 1 << 20,
                               std::size_t max_record_bytes = no_limit) {
  std::vector<std::string> units;
  const auto source = open_memory(input);
  Splitter splitter(*source, batch_bytes, max_record_bytes);
  while (!splitter.finished()) {
    const UnitBatch batch = splitter.next();
    for (const Unit& unit : batch.units) {
      switch (unit.kind) {
        case UnitKind::in_buffer:
          units.push_back(
              fmt::format("{} {}", unit.line, batch.bytes.substr(unit.offset, unit.length)));
          break;
        case UnitKind::apart:
          units.push_back(fmt::format("{} ~ {}", unit.line, unit.text));
          break;
        case UnitKind::refused:
          units.push_back(fmt::format("{} ! {}", unit.line, unit.text));
          break;
      }
    }
  }
  EXPECT_FALSE(splitter.error().has_value());
  return units;
}

TEST(Splitter, EmptyInputHasNoUnits) {
  EXPECT_THAT(split(""), IsEmpty());
  EXPECT_THAT(split("\xEF\xBB\xBF"), IsEmpty());
  EXPECT_THAT(split(" \n\r\n\t\n  "), IsEmpty());
}

TEST(Splitter, Lines) {
  EXPECT_THAT(split("{\"a\":1}"), ElementsAre("1 {\"a\":1}"));
  EXPECT_THAT(split("{\"a\":1}\n{\"b\":2}\n"), ElementsAre("1 {\"a\":1}", "2 {\"b\":2}"));
  EXPECT_THAT(split("\xEF\xBB\xBF\n \n{\"a\":1} \r\n\r\n  {\"b\":2}\r\n{\"c\":3}"),
              ElementsAre("3 {\"a\":1}", "5 {\"b\":2}", "6 {\"c\":3}"));
  EXPECT_THAT(split("{\"a\":\"}\\\"\"}\n[1,2]\n{\"chats\":[1]}\n7"),
              ElementsAre("1 {\"a\":\"}\\\"\"}", "2 [1,2]", "3 {\"chats\":[1]}", "4 7"));
}

TEST(Splitter, AMalformedLineCostsItselfOnly) {
  const std::vector<std::string> broken = {
      "{\"a\":\"tex", "{\"a\":",     "{\"a\":[",    "{\"a\":[1,",
      "{\"a\":1",     "{\"a\":1,",   "{",           "{\"a\":1]",
      "{\"a\":{}}}",  "nonsense",    "]",           "{\"a\"",
      "[{\"a\":1}",   "[{\"a\":1},", "{\"chats\":["};
  for (const std::string& line : broken) {
    for (const std::size_t batch_bytes : {16, 1'000}) {
      const auto second = split("{\"b\":1}\n" + line + "\n{\"c\":2}\n{\"d\":3}", batch_bytes);
      EXPECT_THAT(second, ElementsAre("1 {\"b\":1}", "2 " + line, "3 {\"c\":2}", "4 {\"d\":3}"));

      for (const std::string next : {"\n{\"c\":2}", "\n{\"c\":2}\n{\"d\":3}"}) {
        auto first = split(line + next, batch_bytes);
        std::erase_if(first, [](const std::string& unit) { return unit.starts_with("1 "); });
        auto good = std::vector<std::string>{"2 {\"c\":2}", "3 {\"d\":3}"};
        if (next.size() < 10) good.pop_back();
        EXPECT_EQ(first, good) << line;
      }
    }
  }
}

TEST(Splitter, ObjectsThatSpanLines) {
  const std::string one = "{\n  \"a\": [\n    1\n  ],\n  \"b\": {\n  }\n}";
  const std::string two = "{\n  \"c\": \"{\"\n}";
  for (const std::size_t batch_bytes : {16, 1'000}) {
    EXPECT_THAT(split(one, batch_bytes), ElementsAre("1 " + one));
    EXPECT_THAT(split("\n\n" + one + "\n" + two + "\n", batch_bytes),
                ElementsAre("3 " + one, "10 " + two));
    EXPECT_THAT(split(one + two + two, batch_bytes),
                ElementsAre("1 " + one, "7 " + two, "9 " + two));
  }
}

TEST(Splitter, ValuesFollowEachOtherOnALine) {
  for (const std::size_t batch_bytes : {16, 1'000}) {
    EXPECT_THAT(split("{\"a\":1}{\"b\":2} [3]\n{\"c\":3}", batch_bytes),
                ElementsAre("1 {\"a\":1}", "1 {\"b\":2}", "1 3", "2 {\"c\":3}"));
    // Pages appended to one file, elements one by one.
    EXPECT_THAT(
        split("{\"chats\":[1,2]}{\"chats\":[3]}\n{\"chats\":[4]}{\"chats\":[5]}", batch_bytes),
        ElementsAre("1 1", "1 2", "1 ~ {\"chats\":[]}", "1 3", "1 ~ {\"chats\":[]}",
                    "2 {\"chats\":[4]}{\"chats\":[5]}"));
    EXPECT_THAT(split("{\"chats\":[\n1]}{\"chats\":[\n2]}\n", batch_bytes),
                ElementsAre("2 1", "1 ~ {\"chats\":[]}", "3 2", "2 ~ {\"chats\":[]}"));
    EXPECT_THAT(split("{\"a\":1}{\"b\":\n2}{\"c\":\n3}", batch_bytes),
                ElementsAre("1 {\"a\":1}", "1 {\"b\":\n2}", "2 {\"c\":\n3}"));
    // A value that is not a record costs itself only.
    EXPECT_THAT(
        split("{\"a\":1} 17 {\"b\":2}\"{\"{\"c\":3}null[4]-5{\"d\":5}\n{\"e\":6}", batch_bytes),
        ElementsAre("1 {\"a\":1}", "1 17", "1 {\"b\":2}", "1 \"{\"", "1 {\"c\":3}", "1 null", "1 4",
                    "1 -5", "1 {\"d\":5}", "2 {\"e\":6}"));
    EXPECT_THAT(
        split("{\n\"a\":1\n} 17 {\n\"b\":2\n}\n\"x\"\n{\n\"c\":3}", batch_bytes),
        ElementsAre("1 {\n\"a\":1\n}", "3 17", "3 {\n\"b\":2\n}", "6 \"x\"", "7 {\n\"c\":3}"));
    // After text that is not JSON the next line is read.
    EXPECT_THAT(split("{\"a\":1}{\"b\":2} oops {\"c\":3}\n{\"d\":4}", batch_bytes),
                ElementsAre("1 {\"a\":1}", "1 {\"b\":2}",
                            "1 ! not JSON: the line goes on after the record", "2 {\"d\":4}"));
    EXPECT_THAT(split("{\"a\":1}{\"b\":[\n{\"d\":4}\n{\"e\":5}", batch_bytes),
                ElementsAre("1 {\"a\":1}", HasSubstr("1 !"), "2 {\"d\":4}", "3 {\"e\":5}"));
  }
}

TEST(Splitter, ALongLineOfPagesIsSeparated) {
  std::string input = "{\"first\":1}\n";
  const std::string page = "{\"chats\":[\"" + std::string(3 << 19, 'x') + "\",2]}";
  input += page + page + " " + page + "\n{\"last\":1}";
  std::size_t most = 0;
  std::size_t elements = 0;
  const auto source = open_memory(input);
  Splitter splitter(*source, 1 << 16, no_limit);
  while (!splitter.finished()) {
    const UnitBatch batch = splitter.next();
    most = std::max(most, batch.bytes.capacity());
    for (const Unit& unit : batch.units) elements += unit.wrapper == Wrapper::page ? 1 : 0;
  }
  EXPECT_EQ(elements, 6);
  EXPECT_LT(most, 3 * page.size());
}

TEST(Splitter, ElementsOfAnArray) {
  EXPECT_THAT(split("[]"), IsEmpty());
  EXPECT_THAT(split("[ {\"a\":1} , {\"b\":[2,{}]}, 5,\"te]xt\", null ]"),
              ElementsAre("1 {\"a\":1}", "1 {\"b\":[2,{}]}", "1 5", "1 \"te]xt\"", "1 null"));
  EXPECT_THAT(split("[\n{\"a\":1},\n{\"b\":2}\n]\n"), ElementsAre("2 {\"a\":1}", "3 {\"b\":2}"));
  EXPECT_THAT(split("[\n  {\n    \"a\": 1\n  },\n  {\n    \"b\": 2\n  }\n]"),
              ElementsAre("2 {\n    \"a\": 1\n  }", "5 {\n    \"b\": 2\n  }"));
  EXPECT_THAT(split("[{\"a\":1}\n,{\"b\":2}\n,{\"c\":3}]"),
              ElementsAre("1 {\"a\":1}", "2 {\"b\":2}", "3 {\"c\":3}"));
}

TEST(Splitter, ElementsOfAPage) {
  EXPECT_THAT(
      split("{\"found\":2,\"chats\" : [{\"a\":1},{\"b\":2}],\"next\":{}}"),
      ElementsAre("1 {\"a\":1}", "1 {\"b\":2}", "1 ~ {\"found\":2,\"chats\" : [],\"next\":{}}"));
  EXPECT_THAT(split("{\n \"chats\":\n [\n  {\"a\":1},\n  {\"b\":2}\n ],\n \"n\": 2\n}"),
              ElementsAre("4 {\"a\":1}", "5 {\"b\":2}", "1 ~ {\n \"chats\":\n [],\n \"n\": 2\n}"));
  EXPECT_THAT(split("{\"chats\":[1],\"chats\":[2]}"),
              ElementsAre("1 1", "1 2", "1 ~ {\"chats\":[],\"chats\":[]}"));
  // Only the page's own key makes a page.
  for (const std::string json :
       {"{\"a\":{\"chats\":[1]}}", "{\"a\":\"chats\",\"b\":[1]}", "{\"chats\":{\"b\":[1]}}",
        "{\"xchats\":[1]}", "{\"chats \":[1]}"}) {
    EXPECT_THAT(split(json), ElementsAre("1 " + json));
  }
}

TEST(Splitter, AMalformedListKeepsItsGoodElements) {
  EXPECT_THAT(split("[{\"a\":1},{\"b\":2} oops"),
              ElementsAre("1 {\"a\":1}", "1 {\"b\":2}", HasSubstr("1 ! not JSON: a comma")));
  EXPECT_THAT(split("[{\"a\":1},,{\"b\":2}]"),
              ElementsAre("1 {\"a\":1}", HasSubstr("1 ! not JSON: a record must")));
  EXPECT_THAT(split("[\n{\"a\":1},\n{\"b\":2}\n"),
              ElementsAre("2 {\"a\":1}", "3 {\"b\":2}", "1 ! the input ends inside this array"));
  EXPECT_THAT(split("{\"chats\":[\n{\"a\":1},\n{\"b\":2}"),
              ElementsAre("2 {\"a\":1}", "3 {\"b\":2}", "1 ! the input ends inside this page"));
  EXPECT_THAT(split("[\n{\"a\":1},\n{\"b\":2"),
              ElementsAre("2 {\"a\":1}", "3 ! the input ends inside this record"));
  EXPECT_THAT(split("{\n\"a\":1,\n\"b\":2"), ElementsAre("1 ! the input ends inside this record"));
}

TEST(Splitter, ADocumentRecoversAtTheNextRecord) {
  const auto units = split(
      "[\n"
      "  {\n    \"a\": 1\n  },\n"
      "  {\n    \"b\": \"cut\n  },\n"
      "  {\n    \"c\": ]\n  },\n"
      "  {\n    \"d\": 4\n  }\n"
      "  {\n    \"e\": 5\n  },\n"
      "]\n"
      "{\n  \"f\": 6\n}\n");
  EXPECT_THAT(units,
              ElementsAre("2 {\n    \"a\": 1\n  }", HasSubstr("5 ! not JSON: a line ends inside"),
                          HasSubstr("8 ! not JSON: brackets"), "11 {\n    \"d\": 4\n  }",
                          HasSubstr("14 ! not JSON: a comma is missing"), "14 {\n    \"e\": 5\n  }",
                          HasSubstr("17 ! not JSON: a record must"), "18 {\n  \"f\": 6\n}"));
  EXPECT_THAT(split("{\n\"a\":1\n}\n{\n  \"b\": \"\n  {\n  oops\n"),
              ElementsAre("1 {\n\"a\":1\n}", HasSubstr("4 ! not JSON: a line ends"),
                          HasSubstr("4 ! what follows")));
}

TEST(Splitter, ARecordThatIsTooLongIsRefusedAlone) {
  const std::string filler(1'000, 'x');
  const std::string large = "{\"a\":\"" + filler + "\"}";
  for (const std::size_t batch_bytes : {16, 300, 5'000}) {
    EXPECT_THAT(split("{\"a\":1}\n" + large + "\n{\"b\":2}\n", batch_bytes, 500),
                ElementsAre("1 {\"a\":1}", "2 ! longer than 500 bytes", "3 {\"b\":2}"));
    EXPECT_THAT(
        split("[{\"a\":1}," + large + ",{\"b\":2}," + filler + ",{\"c\":3}]", batch_bytes, 500),
        ElementsAre("1 {\"a\":1}", "1 ! longer than 500 bytes", "1 {\"b\":2}",
                    "1 ! longer than 500 bytes", "1 {\"c\":3}"));
    EXPECT_THAT(split("{\"x\":" + large + ",\"chats\":[1]}\n{\"b\":2}\n", batch_bytes, 500),
                ElementsAre("1 ! longer than 500 bytes", "2 {\"b\":2}"));
    EXPECT_THAT(split("{\"chats\":[1],\"x\":" + large + "}\n{\"b\":2}\n", batch_bytes, 500),
                ElementsAre("1 1", "1 ! longer than 500 bytes", "2 {\"b\":2}"));
    EXPECT_THAT(
        split(large + "\n" + filler + "\n{\"b\":2}\n" + filler, batch_bytes, 500),
        ElementsAre("1 ! longer than 500 bytes", "2 ! not JSON", "3 {\"b\":2}", "4 ! not JSON"));
    EXPECT_THAT(split("{\n\"b\":2,\n\"a\":" + large, batch_bytes, 500),
                ElementsAre("1 ! longer than 500 bytes"));
  }
}

TEST(Splitter, ALineTooLongToHoldIsScannedForItsElements) {
  std::string elements;
  for (int i = 0; i < 100; ++i) elements += (i == 0 ? "" : ",") + fmt::format("{{\"a\":{}}}", i);
  const std::string page = "{\"chats\":[" + elements + "]}";
  const auto units = split(
      "{\"b\":1}\n" + page + "\n[" + elements + "\n{\"c\":1}\n[" + elements + "]}\n{\"d\":1}\n", 64,
      200);
  ASSERT_THAT(units, SizeIs(1 + 100 + 1 + 100 + 1 + 1 + 100 + 1 + 1));
  EXPECT_EQ(units[0], "1 {\"b\":1}");
  EXPECT_EQ(units[100], "2 {\"a\":99}");
  EXPECT_EQ(units[101], "2 ~ {\"chats\":[]}");
  EXPECT_EQ(units[201], "3 {\"a\":99}");
  EXPECT_EQ(units[202], "3 ! not JSON: the line ends inside this record");
  EXPECT_EQ(units[203], "4 {\"c\":1}");
  EXPECT_EQ(units[304], "5 ! not JSON: the line goes on after the record");
  EXPECT_EQ(units[305], "6 {\"d\":1}");
}

TEST(Splitter, MalformedLinesAreRefusedABoundedNumberAtATime) {
  std::string rubbish;
  for (int i = 0; i < 200'000; ++i) rubbish += "x\n";
  const auto source = open_memory(rubbish);
  Splitter splitter(*source, 1 << 20, no_limit);
  std::size_t units = 0;
  while (!splitter.finished()) {
    const UnitBatch batch = splitter.next();
    EXPECT_LE(batch.units.size(), 16'384U);
    units += batch.units.size();
  }
  EXPECT_EQ(units, 200'000U);
}

TEST(Splitter, MemoryStaysSmallForAnyInput) {
  const std::string deep = std::string(3'000'000, '[') + std::string(3'000'000, '{');
  EXPECT_THAT(split(deep, 1'000, 1'000), Each(HasSubstr(" ! ")));
  std::string page = "{\"chats\":[]";
  for (int i = 0; i < 10'000; ++i) page += ",\"chats\":[]";
  EXPECT_THAT(split(page + "}", 1'000, 1'000), ElementsAre("1 ! longer than 1000 bytes"));
}

// Tokens of records and of almost records.
rc::Gen<std::string> json_like() {
  const auto token = rc::gen::element<std::string>(
      "{", "}", "[", "]", ",", ":", "\"", "\\", "\n", "\n", " ", "  ", "{\"a\":1}", "{\"chats\":[",
      "\"chats\":[", "\"text\"", "12", "true", "[{\"a\":1},", "{\n  \"a\": 1\n}", "\r\n", "]}");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(token),
                      [](const std::vector<std::string>& tokens) {
                        std::string text;
                        for (const std::string& each : tokens) text += each;
                        return text;
                      });
}

RC_GTEST_PROP(SplitterProperty, UnitsDoNotDependOnBatches, ()) {
  const std::string input = *json_like();
  const auto batch_bytes = *rc::gen::inRange<std::size_t>(1, 60);
  const auto max_record_bytes = *rc::gen::element<std::size_t>(5, 12, 30, no_limit);
  RC_ASSERT(split(input, batch_bytes, max_record_bytes) == split(input, 1 << 20, max_record_bytes));
}

}  // namespace
}  // namespace chatreports::ingest
