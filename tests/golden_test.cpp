// Golden cases: data, question and answer on one screen, in tests/golden/*.case, asked of every
// engine. A case is text in sections:
//
//   # what it shows
//   now 2021-04-15T12:00:00Z
//   agent timezone America/Phoenix          (optional: of the token's agent)
//   == records
//   … records as an import takes them; webhooks among them, each with `received_at` …
//   == refused                              (optional: `LINE: reason` of each that is refused)
//   == ask POST /v3.4/reports/chats/tags    (any number of these)
//   … the body …
//   == answer 200
//   … the JSON; white space outside of strings does not count, order does …
//
// A question with an empty body and another verb is written the same way.

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <simdjson.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "engine/native/native_engine.h"
#include "engine/reference/reference_engine.h"
#include "report/catalogue.h"
#include "time/rfc3339.h"
#include "world.h"

namespace chatreports {
namespace {

struct Question {
  std::string method;
  std::string target;
  std::string body;
  int status = 0;
  std::string answer;
};

struct Case {
  Instant now{1'618'488'000 * microseconds_per_second};  // 2021-04-15T12:00:00Z
  std::string agent_timezone;
  std::string records;
  std::string refused;
  std::vector<Question> questions;
};

std::string minified(const std::string& json) {
  const simdjson::padded_string padded(json);
  std::string text(json.size() + simdjson::SIMDJSON_PADDING, '\0');
  std::size_t length = 0;
  const auto error = simdjson::minify(padded.data(), padded.size(), text.data(), length);
  EXPECT_EQ(error, simdjson::SUCCESS) << json;
  text.resize(length);
  return text;
}

Case read_case(const std::filesystem::path& path) {
  Case read;
  std::ifstream file(path);
  std::string* section = nullptr;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string first;
    std::string second;
    words >> first >> second;
    if (first == "#") continue;
    if (first == "==") {
      if (second == "records") {
        section = &read.records;
      } else if (second == "refused") {
        section = &read.refused;
      } else if (second == "ask") {
        Question& question = read.questions.emplace_back();
        words >> question.method >> question.target;
        section = &question.body;
      } else {
        EXPECT_EQ(second, "answer") << path;
        words >> read.questions.back().status;
        section = &read.questions.back().answer;
      }
    } else if (section != nullptr) {
      *section += line + "\n";
    } else if (first == "now") {
      read.now = parse_rfc3339(second)->instant;
    } else if (first == "agent") {
      words >> read.agent_timezone;
    } else {
      EXPECT_TRUE(first.empty()) << path << ": " << line;
    }
  }
  return read;
}

struct EngineOfChoice {
  std::string name;
  std::function<std::unique_ptr<engine::Engine>()> make;
};

std::vector<EngineOfChoice> engines() {
  return {{"reference", engine::make_reference_engine},
          {"native", [] { return engine::make_native_engine(); }},
          {"native_with_segments_of_2", [] { return engine::make_native_engine({{2, 1}}); }}};
}

class Golden : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Golden, AnswersAsWritten) {
  const Case golden = read_case(GetParam());
  ASSERT_FALSE(golden.questions.empty());
  for (const EngineOfChoice& engine : engines()) {
    SCOPED_TRACE(engine.name);
    World world(engine.make(), golden.now);
    if (!golden.agent_timezone.empty()) world.set_agent_timezone(golden.agent_timezone);
    EXPECT_EQ(world.take_in(golden.records), golden.refused);
    for (const Question& question : golden.questions) {
      SCOPED_TRACE(question.method + " " + question.target + "\n" + question.body);
      const http::Response response = world.ask(question.method, question.target, question.body);
      EXPECT_EQ(response.status, question.status);
      EXPECT_EQ(response.body, minified(question.answer));
    }
  }
}

std::vector<std::filesystem::path> case_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(GOLDEN_FOLDER)) {
    if (entry.path().extension() == ".case") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::ValuesIn(case_files()),
                         [](const auto& file) { return file.param.stem().string(); });

// Real conversations: every report, distribution and zone that people use, on both engines.
TEST(RealDialogues, BothEnginesAnswerTheSame) {
  const std::filesystem::path path =
      std::filesystem::path(SAMPLES_FOLDER) / "support-dialogues.ndjson.gz";
  std::ifstream file(path, std::ios::binary);
  const std::string records{std::istreambuf_iterator<char>(file), {}};
  World reference(engine::make_reference_engine(), {});
  World native(engine::make_native_engine(), {});
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
          std::string body =
              R"({"timezone":")" + std::string(zone) + R"(","distribution":")" + distribution +
              R"(","filters":{"from":"2019-10-01T00:00:00Z","to":"2020-06-30T23:59:59Z")" +
              filters + "}}";
          const std::string target =
              fmt::format("/v3.4/reports/{}/{}", report.resource, report.action);
          const http::Response expected = reference.ask("POST", target, body);
          EXPECT_EQ(expected.status, 200) << expected.body;
          EXPECT_EQ(native.ask("POST", target, body).body, expected.body) << target << body;
          ++compared;
        }
      }
    }
  }
  EXPECT_EQ(compared, 400 + 32);
}

}  // namespace
}  // namespace chatreports
