#include "ingest/formats/csv_reader.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace chatreports::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(std::string_view text, std::size_t bytes_at_once = 1'000'000) {
  CsvReader reader(',', 1'000);
  Rows rows;
  const auto take = [&rows](CsvRow&& row) { rows.push_back(std::move(row.cells)); };
  for (; !text.empty(); text.remove_prefix(std::min(bytes_at_once, text.size()))) {
    EXPECT_TRUE(reader.read(text.substr(0, bytes_at_once), take).has_value());
  }
  EXPECT_TRUE(reader.finish(take).has_value());
  return rows;
}

TEST(CsvReader, SplitsRowsAndCells) {
  EXPECT_EQ(rows_of("a,b\nc,d\n"), (Rows{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(rows_of("a,b\r\nc,d"), (Rows{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(rows_of("a\rb"), (Rows{{"a"}, {"b"}}));
  EXPECT_EQ(rows_of("a,,\n\n,b\n"), (Rows{{"a", "", ""}, {"", "b"}}));
  EXPECT_EQ(rows_of(""), Rows{});
}

TEST(CsvReader, TakesQuotesAsTheStandardSays) {
  EXPECT_EQ(rows_of("\"a,b\",\"c\"\"d\",\"e\nf\"\n"), (Rows{{"a,b", "c\"d", "e\nf"}}));
  EXPECT_EQ(rows_of("\"\",x\n"), (Rows{{"", "x"}}));
  EXPECT_EQ(rows_of("a\"b,c\n"), (Rows{{"a\"b", "c"}}));
  EXPECT_EQ(rows_of("\"a\r\nb\"\r\nc\r\n"), (Rows{{"a\r\nb"}, {"c"}}));
}

TEST(CsvReader, KnowsTheLinesOfRows) {
  CsvReader reader(',', 1'000);
  std::vector<std::uint64_t> lines;
  const auto take = [&lines](CsvRow&& row) { lines.push_back(row.line); };
  ASSERT_TRUE(reader.read("a\r\n\"b\r\nb\"\r\n\r\nc\nd", take).has_value());
  ASSERT_TRUE(reader.finish(take).has_value());
  EXPECT_THAT(lines, ElementsAre(1, 2, 5, 6));
}

TEST(CsvReader, RefusesWhatDoesNotEnd) {
  CsvReader open(',', 1'000);
  const auto ignore = [](CsvRow&&) {};
  ASSERT_TRUE(open.read("a\n\"b", ignore).has_value());
  EXPECT_THAT(open.finish(ignore).error().message, HasSubstr("line 2 ends within quotes"));
  CsvReader longer(',', 10);
  EXPECT_THAT(longer.read("\"12345678901", ignore).error().message,
              HasSubstr("more than 10 bytes"));
}

RC_GTEST_PROP(CsvReader, ReadsWhatWasWritten, ()) {
  const auto cell =
      rc::gen::container<std::string>(rc::gen::element('a', ',', '"', '\n', '\r', ' '));
  Rows rows = *rc::gen::container<Rows>(
      rc::gen::resize(5, rc::gen::container<std::vector<std::string>>(cell)));
  std::erase_if(rows, [](const auto& row) { return row.empty(); });
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t place = 0; place < row.size(); ++place) {
      if (place > 0) text += ',';
      text += '"';
      for (const char byte : row[place])
        text += byte == '"' ? std::string("\"\"") : std::string(1, byte);
      text += '"';
    }
    text += '\n';
  }
  RC_ASSERT(rows_of(text, *rc::gen::inRange<std::size_t>(1, 9)) == rows);
}

}  // namespace
}  // namespace chatreports::ingest
