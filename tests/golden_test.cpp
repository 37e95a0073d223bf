// Golden cases, and the worked examples of docs/definitions/, asked of every engine. golden_case.h
// describes their form.

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <simdjson.h>

#include <filesystem>
#include <fstream>

#include "engine/contract/engines.h"
#include "engine/open.h"
#include "golden_case.h"
#include "report/catalogue.h"
#include "world.h"

namespace chatreports {
namespace {

std::string minified(const std::string& json) {
  const simdjson::padded_string padded(json);
  std::string text(json.size() + simdjson::SIMDJSON_PADDING, '\0');
  std::size_t length = 0;
  const auto error = simdjson::minify(padded.data(), padded.size(), text.data(), length);
  EXPECT_EQ(error, simdjson::SUCCESS) << json;
  text.resize(length);
  return text;
}

void expect_answers(const GoldenCase& golden) {
  ASSERT_FALSE(golden.questions.empty());
  for (const auto& engine : engine::contract::engines_for(engine::contract::Worlds::small)) {
    SCOPED_TRACE(engine.name);
    World world(engine.open(), golden.now);
    if (!golden.agent_timezone.empty()) world.set_agent_timezone(golden.agent_timezone);
    EXPECT_EQ(world.take_in(golden.records), golden.refused);
    for (const GoldenQuestion& question : golden.questions) {
      SCOPED_TRACE(question.method + " " + question.target + "\n" + question.body);
      const http::Response response = world.ask(question.method, question.target, question.body);
      EXPECT_EQ(response.status, question.status);
      EXPECT_EQ(response.body, minified(question.answer));
    }
  }
}

std::vector<std::filesystem::path> files_below(const char* folder, std::string_view extension) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string name_of(const testing::TestParamInfo<std::filesystem::path>& file) {
  return file.param.stem().string();
}

class Golden : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Golden, AnswersAsWritten) {
  expect_answers(read_case_file(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::ValuesIn(files_below(GOLDEN_FOLDER, ".case")),
                         name_of);

class Definitions : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Definitions, ExamplesAreAnsweredAsWritten) {
  for (const GoldenCase& example : read_examples(GetParam())) {
    SCOPED_TRACE(example.records);
    expect_answers(example);
  }
}

INSTANTIATE_TEST_SUITE_P(Pages, Definitions,
                         testing::ValuesIn(files_below(DEFINITIONS_FOLDER, ".md")), name_of);

// A version that has the report.
std::string target_of(const report::Definition& report) {
  return fmt::format("/v{}/reports/{}/{}", name_of(report.versions.last), report.resource,
                     report.action);
}

// The page of each report has an example that asks this report.
TEST(DefinitionsOfReports, EachReportHasAWorkedExample) {
  for (const report::Definition& report : report::catalogue()) {
    const std::string path = fmt::format("/reports/{}/{}", report.resource, report.action);
    const std::filesystem::path page =
        fmt::format("{}/reports/{}.md", DEFINITIONS_FOLDER, report.action);
    SCOPED_TRACE(page.string());
    ASSERT_TRUE(std::filesystem::exists(page));
    int asked = 0;
    for (const GoldenCase& example : read_examples(page)) {
      for (const GoldenQuestion& question : example.questions) {
        asked += question.target.ends_with(path);
      }
    }
    EXPECT_GT(asked, 0);
  }
}

// Real conversations: every report, distribution and zone that people use, on both engines.
TEST(RealDialogues, BothEnginesAnswerTheSame) {
  const std::filesystem::path path =
      std::filesystem::path(SAMPLES_FOLDER) / "support-dialogues.ndjson.gz";
  std::ifstream file(path, std::ios::binary);
  const std::string records{std::istreambuf_iterator<char>(file), {}};
  World reference(engine::open_engine(engine::ReferenceOptions{}), {});
  World native(engine::open_engine(engine::NativeOptions{}), {});
  ASSERT_EQ(reference.take_in(records), "");
  ASSERT_EQ(native.take_in(records), "");
  int compared = 0;
  for (const report::Definition& report : report::catalogue()) {
    for (const char* distribution : {"hour", "day", "day-hours", "month", "year"}) {
      if (report.resource == "agents" && std::string_view(distribution) == "day-hours") break;
      for (const char* zone : {"Europe/Warsaw", "Asia/Kathmandu"}) {
        for (const char* filters :
             {"", R"(,"groups":{"values":[1,2,5]})", R"(,"agents":{"exists":false})",
              R"(,"tags":{"exclude_values":["teamyoutube"]})"}) {
          const std::string body =
              R"({"timezone":")" + std::string(zone) + R"(","distribution":")" + distribution +
              R"(","filters":{"from":"2019-10-01T00:00:00Z","to":"2020-06-30T23:59:59Z")" +
              filters + "}}";
          const std::string target = target_of(report);
          const http::Response expected = reference.ask("POST", target, body);
          EXPECT_EQ(expected.status, 200) << expected.body;
          EXPECT_EQ(native.ask("POST", target, body).body, expected.body) << target << body;
          ++compared;
        }
      }
    }
  }
  EXPECT_EQ(compared, 15 * 40 + 2 * 16);
}

}  // namespace
}  // namespace chatreports
