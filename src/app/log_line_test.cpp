#include "app/log_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace chatreports::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

const Instant noon = from_unix_microseconds(1'618'488'000'123'456);

constexpr std::size_t most_bytes = 4'096;

TEST(LogLine, IsTextForPeople) {
  const std::array fields = {LogField{"status", std::int64_t{200}},
                             LogField{"route", "total_chats"}, LogField{"trace", ""},
                             LogField{"plan", "chats by \"tag\" = 1"}};
  EXPECT_EQ(
      format_line(LogFormat::text, {noon, LogPriority::info, "a request", fields}, most_bytes),
      "2021-04-15T12:00:00.123Z info a request status=200 route=total_chats trace=\"\" "
      "plan=\"chats by \\\"tag\\\" = 1\"\n");
}

TEST(LogLine, IsJsonForPrograms) {
  const std::array fields = {LogField{"status", std::int64_t{200}},
                             LogField{"plan", "chats by \"tag\""}};
  EXPECT_EQ(format_line(LogFormat::json, {noon, LogPriority::warning, "a \"request\"", fields},
                        most_bytes),
            R"({"time":"2021-04-15T12:00:00.123Z","level":"warning","message":"a \"request\"",)"
            R"("status":200,"plan":"chats by \"tag\""})"
            "\n");
}

TEST(LogLine, HasNoCharacterThatControlsATerminal) {
  const std::array fields = {LogField{"id", "a\x1b[31m\nb"}};
  for (const LogFormat format : {LogFormat::text, LogFormat::json}) {
    const std::string line =
        format_line(format, {noon, LogPriority::error, "line 1\nline\r2\x1b", fields}, most_bytes);
    EXPECT_THAT(line, HasSubstr("line 1?line?2?"));
    EXPECT_THAT(line, HasSubstr("a?[31m?b"));
    EXPECT_EQ(line.find_first_of("\x1b\r"), line.npos);
    EXPECT_EQ(line.find('\n'), line.size() - 1);
  }
}

TEST(LogLine, IsWholeHoweverLongItsTexts) {
  const std::string quotes(100'000, '"');
  const std::string words(100'000, 'w');
  const std::array fields = {LogField{"plan", quotes}, LogField{"id", words}};
  const std::string json =
      format_line(LogFormat::json, {noon, LogPriority::info, quotes, fields}, most_bytes);
  EXPECT_LE(json.size(), most_bytes);
  EXPECT_THAT(json, EndsWith("\"}\n"));
  EXPECT_THAT(json, HasSubstr("\"id\":\"www"));
  const std::string text =
      format_line(LogFormat::text, {noon, LogPriority::info, quotes, fields}, most_bytes);
  EXPECT_LE(text.size(), most_bytes);
  EXPECT_THAT(text, HasSubstr(" id=\"www"));
}

}  // namespace
}  // namespace chatreports::app
