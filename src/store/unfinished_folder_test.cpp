#include "store/unfinished_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "store/temporary_folder_test.h"

namespace chatreports::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Unfinished : public testing::Test {
 protected:
  std::string path() const { return folder_.path() + "/copy.unfinished"; }
  std::string name() const { return folder_.path() + "/copy"; }
  static void write(const std::string& file) { std::ofstream(file) << "x"; }

  TemporaryFolder folder_;
};

TEST_F(Unfinished, gets_its_name_when_it_is_complete) {
  auto folder = UnfinishedFolder::make(path());
  ASSERT_TRUE(folder.has_value()) << folder.error().message;
  struct stat status{};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0700u);
  write(path() + "/access.sqlite");
  ASSERT_TRUE(folder->finish(name()).has_value());
  EXPECT_TRUE(fs::exists(name() + "/access.sqlite"));
  EXPECT_FALSE(fs::exists(name() + "/lock"));
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(Unfinished, is_gone_if_it_was_not_finished) {
  {
    const auto folder = UnfinishedFolder::make(path());
    ASSERT_TRUE(folder.has_value());
    write(path() + "/chatreports.sqlite-wal");
  }
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(Unfinished, takes_the_place_of_one_that_was_left) {
  fs::create_directory(path());
  write(path() + "/chatreports.sqlite");
  const auto folder = UnfinishedFolder::make(path());
  ASSERT_TRUE(folder.has_value()) << folder.error().message;
  EXPECT_FALSE(fs::exists(path() + "/chatreports.sqlite"));
}

TEST_F(Unfinished, leaves_files_of_others_alone) {
  fs::create_directory(path());
  write(path() + "/letters.txt");
  const auto folder = UnfinishedFolder::make(path());
  ASSERT_FALSE(folder.has_value());
  EXPECT_THAT(folder.error().message, HasSubstr("contains other files"));
  EXPECT_TRUE(fs::exists(path() + "/letters.txt"));
}

TEST_F(Unfinished, belongs_to_one_process) {
  const auto first = UnfinishedFolder::make(path());
  ASSERT_TRUE(first.has_value());
  write(path() + "/chatreports.sqlite");
  const auto second = UnfinishedFolder::make(path());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::in_use);
  EXPECT_TRUE(fs::exists(path() + "/chatreports.sqlite"));
}

TEST_F(Unfinished, replaces_nothing) {
  auto folder = UnfinishedFolder::make(path());
  ASSERT_TRUE(folder.has_value());
  fs::create_directory(name());
  const auto finished = folder->finish(name());
  ASSERT_FALSE(finished.has_value());
  EXPECT_THAT(finished.error().message, HasSubstr("exists"));
}

TEST_F(Unfinished, says_where_it_cannot_be_made) {
  const auto folder = UnfinishedFolder::make(folder_.path() + "/missing/copy");
  ASSERT_FALSE(folder.has_value());
  EXPECT_THAT(folder.error().message,
              HasSubstr("(No such file or directory); check that the folder " + folder_.path() +
                        "/missing exists"));
}

}  // namespace
}  // namespace chatreports::store
