#include "ingest/input_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/gzip.h"

namespace chatreports::ingest {
namespace {

using namespace std::string_view_literals;
using ::testing::StartsWith;

std::string why(std::string_view bytes) {
  return why_no_json(bytes).value_or("");
}

TEST(InputForm, NamesFormsByTheirFirstBytes) {
  EXPECT_THAT(why(gzip("x")), StartsWith("gzip data that is packed twice"));
  EXPECT_THAT(why("\x28\xb5\x2f\xfd\x04"sv), StartsWith("zstd data that is packed twice"));
  EXPECT_THAT(why("PK\x03\x04..."sv), StartsWith("a zip archive"));
  EXPECT_THAT(why("\xfd"
                  "7zXZ\0\0"sv),
              StartsWith("xz data"));
  EXPECT_THAT(why("BZh9"), StartsWith("bzip2 data"));
  EXPECT_THAT(why("page.json" + std::string(248, '\0') + "ustar"), StartsWith("a tar archive"));
  EXPECT_THAT(why("SQLite format 3\0"sv), StartsWith("an SQLite database"));
  EXPECT_THAT(why("%PDF-1.7"), StartsWith("a PDF document"));
}

TEST(InputForm, NamesUtf16WithAMarkAndWithout) {
  for (const std::string_view bytes :
       {"\xff\xfe{\0\"\0"sv, "\xfe\xff\0{\0\""sv, "{\0\"\0"sv, "\0{\0\""sv, "[\0{\0"sv}) {
    EXPECT_THAT(why(bytes), StartsWith("UTF-16, not UTF-8"));
  }
}

TEST(InputForm, NamesPagesOfTheWeb) {
  for (const std::string_view text :
       {"<!DOCTYPE html>\n<html>", "\n  <HTML lang=en>", "\xEF\xBB\xBF<!doctype html>"}) {
    EXPECT_THAT(why(text), StartsWith("an HTML page, not JSON"));
  }
  EXPECT_EQ(why("<?xml version=\"1.0\"?>"), "an XML document, not JSON");
}

TEST(InputForm, NamesTables) {
  EXPECT_EQ(why("id,agent\n1,ann\n"),
            "a table (CSV), not JSON; see --mapping of chatreports import");
  EXPECT_EQ(why("\xEF\xBB\xBFid;agent\r\n1;\"ann\"\r\n2"),
            "a table (CSV), not JSON; see --mapping of chatreports import");
  EXPECT_EQ(why("id\tagent\n\n1\tann\n2\tbob\n"),
            "a table (TSV), not JSON; see --mapping of chatreports import");
}

TEST(InputForm, LeavesEverythingElseToTheParser) {
  for (const std::string_view text :
       {"", " \n", "{", "[1,2]", "{\"a\":1}\n{\"b\":2}\n", "[\n1,\n2,\n", "null",
        "nonsense\nnonsense\n",
        // A line that may be a record follows.
        "a,b\nc,d\n{\"record\":\"group\",\"id\":1}\n", "1,2\n",
        // Not every line has the separator.
        "2021-04-08 10:00:00,123 begun\nall is well\n", "\xEF\xBB\xBF{\"a\":1}", "<p>"}) {
    EXPECT_EQ(why(text), "") << text;
  }
}

TEST(InputForm, TakesBytesForNoTable) {
  EXPECT_EQ(why_no_json("a\x01,b\nc,\x02\nd,e\n"), std::nullopt);
}

}  // namespace
}  // namespace chatreports::ingest
