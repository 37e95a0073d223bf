#include "app/settings_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace chatreports::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SettingsFile : public testing::Test {
 protected:
  SettingsFile()
      : path_(testing::TempDir() + "chatreports-" +
              testing::UnitTest::GetInstance()->current_test_info()->name()) {}
  ~SettingsFile() override { std::remove(path_.c_str()); }
  Result<std::vector<Setting>> read(const std::string& text) {
    std::ofstream(path_) << text;
    return read_settings(path_);
  }

  const std::string path_;
};

TEST_F(SettingsFile, HasASettingOnEachLine) {
  const auto settings = read(R"(
# listen = commented
max-body-bytes = 64
  data=/var/lib/chat reports
log-format = "json"   # a comment
access-log
cors-origin = [https://a.example, "https://b.example"]
listen = 127.0.0.1:80
threads = 2
listen = "[::1]:80"
)");
  ASSERT_TRUE(settings.has_value()) << settings.error().message;
  EXPECT_THAT(
      *settings,
      ElementsAre(Setting{"max-body-bytes", {"64"}},
                  Setting{"data", {"/var/lib/chat", "reports"}},  // it lacks quotes
                  Setting{"log-format", {"json"}}, Setting{"access-log", {"true"}},
                  Setting{"cors-origin", {"https://a.example", "https://b.example"}},
                  Setting{"listen", {"127.0.0.1:80", "[::1]:80"}}, Setting{"threads", {"2"}}));
  EXPECT_THAT(*read(""), ElementsAre());
}

TEST_F(SettingsFile, HasNoSections) {
  const auto settings = read("[serve]\nthreads = 1\n");
  ASSERT_FALSE(settings.has_value());
  EXPECT_THAT(settings.error().message, HasSubstr(path_ + ": there are no sections"));
  EXPECT_THAT(settings.error().message, HasSubstr("remove the line [serve]"));
  EXPECT_FALSE(read("[serve]\n").has_value());
  EXPECT_THAT(read("serve.threads = 1\n").error().message,
              HasSubstr("a line NAME = VALUE in place of serve.threads"));
}

TEST_F(SettingsFile, IsASmallText) {
  EXPECT_THAT(read(std::string("a = \0", 5)).error().message, HasSubstr("it is not text"));
  EXPECT_THAT(read(std::string((1 << 20) + 1, '#')).error().message, HasSubstr("more than"));
  EXPECT_THAT(read_settings("/dev/null").error().message, HasSubstr("is not a file"));
  EXPECT_THAT(read_settings(path_ + "-missing").error().message, HasSubstr("does not exist"));
}

TEST(ChangedSettings, AreThoseThatDiffer) {
  const std::vector<Setting> before = {{"a", {"1"}}, {"b", {"2"}}, {"c", {"3"}}};
  const std::vector<Setting> after = {{"b", {"2"}}, {"c", {"4"}}, {"d", {"5"}}};
  EXPECT_THAT(changed_settings(before, after), ElementsAre("a", "c", "d"));
  EXPECT_THAT(changed_settings(after, after), ElementsAre());
}

}  // namespace
}  // namespace chatreports::app
