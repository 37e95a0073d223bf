#include "app/connections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "store/temporary_folder_test.h"

namespace chatreports::app {
namespace {

using testing::HasSubstr;

pull::Connection example(const std::string& token = "dal:secret") {
  pull::Connection connection;
  connection.account = pull::LiveChatAccount{.account_id = "account", .token = token};
  return connection;
}

mode_t mode_of(const std::string& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

TEST(Connections, AreReadAsTheyWereWritten) {
  const store::TemporaryFolder folder;
  EXPECT_TRUE(read_connections(folder.path())->empty());
  ASSERT_TRUE(write_connection(folder.path(), LicenseId{7}, example("first")).has_value());
  ASSERT_TRUE(write_connection(folder.path(), LicenseId{7}, example()).has_value());
  ASSERT_TRUE(write_connection(folder.path(), LicenseId{12}, example("other")).has_value());
  const auto read = read_connections(folder.path());
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ(*read->at(LicenseId{7}), example());
  EXPECT_EQ(mode_of(folder.path() + "/connections"), 0700u);
  EXPECT_EQ(mode_of(folder.path() + "/connections/7.json"), 0600u);
  EXPECT_EQ(remove_connection(folder.path(), LicenseId{7}), true);
  EXPECT_EQ(remove_connection(folder.path(), LicenseId{7}), false);
  EXPECT_EQ(read_connections(folder.path())->size(), 1u);
}

TEST(Connections, ThatCannotBeReadAreErrorsOfTheirOwn) {
  const store::TemporaryFolder folder;
  ASSERT_TRUE(write_connection(folder.path(), LicenseId{1}, example()).has_value());
  const std::string connections = folder.path() + "/connections/";
  std::ofstream(connections + "2.json") << "{\"token\":\"secret";
  std::ofstream(connections + "3.json") << std::string(20'000, ' ');
  std::ofstream(connections + "6.json") << "{}";
  for (const char* name : {"2.json", "3.json"}) ::chmod((connections + name).c_str(), 0600);
  ::chmod((connections + "6.json").c_str(), 0640);
  std::filesystem::create_directory(connections + "4.json");
  ::chmod((connections + "4.json").c_str(), 0700);
  for (const char* other : {"notes.txt", "x.json", "0.json", "01x.json", "5.json.unfinished"}) {
    std::ofstream(connections + other) << "{}";
  }
  const auto read = read_connections(folder.path());
  ASSERT_EQ(read->size(), 5u);
  EXPECT_TRUE(read->at(LicenseId{1}).has_value());
  EXPECT_THAT(read->at(LicenseId{2}).error().message,
              HasSubstr("connections/2.json cannot be used"));
  EXPECT_THAT(read->at(LicenseId{3}).error().message, HasSubstr("more than 16384 bytes"));
  EXPECT_THAT(read->at(LicenseId{4}).error().message, HasSubstr("is not a file"));
  EXPECT_THAT(read->at(LicenseId{6}).error().message, HasSubstr("chmod 600"));
  const store::TemporaryFolder other;
  EXPECT_THAT(copy_connections(folder.path(), other.path()).error().message,
              HasSubstr("connections/2.json"));
  EXPECT_FALSE(std::filesystem::exists(other.path() + "/connections"));
}

TEST(Connections, TakeCredentialsOfTheServiceManager) {
  const store::TemporaryFolder folder;
  pull::Connection named;
  named.credential = "livechat";
  ::unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_THAT(with_credentials(named).error().message, HasSubstr("LoadCredential="));
  EXPECT_EQ(with_credentials(example()), example());
  ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
  EXPECT_FALSE(with_credentials(named).has_value());
  std::ofstream(folder.path() + "/livechat") << "secret";
  EXPECT_THAT(with_credentials(named).error().message, HasSubstr("ACCOUNT_ID:TOKEN"));
  std::ofstream(folder.path() + "/livechat") << "account:dal:secret\n";
  EXPECT_EQ(pull::token_of(*with_credentials(named)), "dal:secret");
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

}  // namespace
}  // namespace chatreports::app
