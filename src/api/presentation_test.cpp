#include "api/presentation.h"

#include <gtest/gtest.h>

#include <array>

#include "api/parse_question.h"

namespace chatreports::api {
namespace {

http::Request accepting(std::string accept) {
  return {"GET", "/", {{"Accept", std::move(accept)}}, ""};
}

TEST(PrefersCsv, ComparesTheQualitiesOfCsvAndJson) {
  for (const char* accept :
       {"text/csv", "TEXT/CSV", "text/csv; charset=utf-8", "text/csv, application/json;q=0.9",
        "application/json;q=0.1 , text/csv;q=0.2", "text/html, text/csv;q=0.1", "text/csv, */*"}) {
    EXPECT_TRUE(prefers_csv(accepting(accept))) << accept;
  }
  for (const char* accept : {"", "*/*", "text/*", "application/json", "text/csv;q=0",
                             "text/csv; q=0.0", "text/csv;q=0.5, application/json", "text/csvx",
                             "application/json, text/plain, */*", ",;,q=1"}) {
    EXPECT_FALSE(prefers_csv(accepting(accept))) << accept;
  }
}

TEST(PrefersCsv, ReadsAllLinesOfTheHeader) {
  http::Request request = accepting("application/json;q=0.5");
  request.headers.emplace_back("accept", "text/csv;q=0.6");
  EXPECT_TRUE(prefers_csv(request));
}

constexpr std::array groupings = {report::Dimension::agent, report::Dimension::first_responder};

Result<Question> asked(std::string_view query, std::span<const report::Dimension> of = groupings) {
  return parse_question(*parse_query_parameters(query),
                        {.license = {1}, .now = {}, .format = Format::csv, .groupings = of});
}

TEST(Presentation, IsReadFromTheParameters) {
  EXPECT_EQ(asked("format=rows&timezone=UTC")->presentation.format, Format::rows);
  EXPECT_EQ(asked("format=json")->presentation.format, Format::json);
  EXPECT_EQ(asked("")->presentation.format, Format::csv) << "as the request accepts";
  EXPECT_EQ(asked("")->presentation.group_by, std::nullopt);
  EXPECT_FALSE(asked("")->presentation.has_names);
  EXPECT_TRUE(asked("names=true")->presentation.has_names);
  EXPECT_EQ(asked("group_by=first_responder")->presentation.group_by,
            report::Dimension::first_responder);
}

TEST(Presentation, SaysWhatIsAllowed) {
  const auto refusal = [](std::string_view query) { return asked(query).error().message; };
  EXPECT_EQ(refusal("format=xls"), "format: must be json, rows, csv or table, not \"xls\"");
  EXPECT_EQ(refusal("format=csv&format=csv"), "format: must be a string, not several values");
  EXPECT_EQ(refusal("group_by=rating"),
            "group_by: must be agent or first_responder, not \"rating\"");
  EXPECT_EQ(asked("group_by=agent", {}).error().message,
            "group_by: unknown; known here are distribution, filters, format, names, timezone");
  EXPECT_EQ(asked("names=true&format=json").error().message,
            "names: needs the format rows, csv or table");
}

}  // namespace
}  // namespace chatreports::api
