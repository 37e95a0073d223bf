#include "store/schema.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "store/data_folder.h"
#include "store/store.h"
#include "store/temporary_folder_test.h"
#include "store/tokens.h"

namespace chatreports::store {
namespace {

using testing::HasSubstr;

constexpr Schema things{"things.sqlite", 77, 3, "WAL", 100, "CREATE TABLE things(name TEXT)", ""};

std::string file_of(const TemporaryFolder& folder) {
  return folder.data() + "/chatreports.sqlite";
}

void expect_refused(const TemporaryFolder& folder, ErrorKind kind, const std::string& sentence) {
  const auto store = Store::open(folder.data());
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().kind, kind);
  EXPECT_THAT(store.error().message, HasSubstr(sentence));
}

TEST(Schema, an_empty_file_gets_its_tables) {
  const TemporaryFolder folder;
  {
    auto database = open_database(folder.data(), things);
    ASSERT_TRUE(database.has_value()) << database.error().message;
    ASSERT_TRUE(database->execute("INSERT INTO things VALUES('a')").has_value());
  }
  auto database = open_database(folder.data(), things);
  ASSERT_TRUE(database.has_value()) << database.error().message;
  EXPECT_EQ(database->integer("SELECT count(*) FROM things"), 1);
  EXPECT_EQ(database->integer("PRAGMA user_version"), 3);
  EXPECT_EQ(database->integer("PRAGMA application_id"), 77);
}

TEST(Schema, tables_that_cannot_be_made_leave_the_file_empty) {
  const TemporaryFolder folder;
  Schema broken = things;
  broken.tables = "CREATE TABLE things(name TEXT); CREATE TABLE things(name TEXT)";
  EXPECT_FALSE(open_database(folder.data(), broken).has_value());
  EXPECT_TRUE(open_database(folder.data(), things).has_value());
}

TEST(Schema, another_version_is_refused_and_left_alone) {
  for (const int version : {0, 1, 9, 1000}) {
    const TemporaryFolder folder;
    ASSERT_TRUE(Store::open(folder.data()).has_value());
    {
      auto database = Database::open(file_of(folder));
      ASSERT_TRUE(
          database->execute(fmt::format("PRAGMA user_version = {}", version).c_str()).has_value());
    }
    expect_refused(
        folder, ErrorKind::invalid,
        fmt::format("has tables of version {}, and this program uses version 4; export the records "
                    "with the program that wrote it, and import them into a new data folder",
                    version));
    auto database = Database::open(file_of(folder));
    EXPECT_EQ(database->integer("PRAGMA user_version"), version);
  }
}

TEST(Schema, another_version_of_the_tokens_is_refused) {
  const TemporaryFolder folder;
  ASSERT_TRUE(Tokens::open(folder.data()).has_value());
  {
    auto database = Database::open(folder.data() + "/access.sqlite");
    ASSERT_TRUE(database->execute("PRAGMA user_version = 4").has_value());
  }
  const auto tokens = Tokens::open(folder.data());
  ASSERT_FALSE(tokens.has_value());
  EXPECT_THAT(tokens.error().message,
              HasSubstr("access.sqlite has tables of version 4, and this program uses version 2"));
}

TEST(Schema, a_file_of_another_program_is_refused_and_left_alone) {
  const TemporaryFolder folder;
  ASSERT_TRUE(prepare_data_folder(folder.data()).has_value());
  ASSERT_TRUE(prepare_file(file_of(folder)).has_value());
  {
    auto database = Database::open(file_of(folder));
    ASSERT_TRUE(database->execute("CREATE TABLE songs(title)").has_value());
  }
  expect_refused(folder, ErrorKind::invalid, "belongs to another program");
  auto database = Database::open(file_of(folder));
  EXPECT_EQ(database->integer("SELECT count(*) FROM sqlite_schema"), 1);
  EXPECT_FALSE(std::filesystem::exists(file_of(folder) + "-wal"));
}

TEST(Schema, the_tables_of_one_file_do_not_pass_for_those_of_the_other) {
  const TemporaryFolder folder;
  ASSERT_TRUE(open_database(folder.data(), access_schema()).has_value());
  std::filesystem::rename(folder.data() + "/access.sqlite", file_of(folder));
  expect_refused(folder, ErrorKind::invalid, "belongs to another program");
}

TEST(Schema, a_file_that_is_no_database_is_refused) {
  const TemporaryFolder folder;
  ASSERT_TRUE(prepare_data_folder(folder.data()).has_value());
  std::ofstream(file_of(folder)) << std::string(5'000, 'x');
  expect_refused(folder, ErrorKind::failed, "is not a file of chatreports");
}

TEST(Schema, a_folder_where_the_file_should_be_is_refused) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(file_of(folder));
  expect_refused(folder, ErrorKind::failed, "cannot be opened");
}

TEST(Schema, a_file_where_the_folder_should_be_is_refused) {
  const TemporaryFolder folder;
  std::ofstream(folder.data()) << "x";
  expect_refused(folder, ErrorKind::invalid, "is a file, not a folder");
}

TEST(Schema, a_reader_makes_nothing) {
  const TemporaryFolder folder;
  const auto no_folder = open_database_for_reading(folder.data(), things);
  ASSERT_FALSE(no_folder.has_value());
  EXPECT_EQ(no_folder.error().message, folder.data() + "/things.sqlite is missing");
  EXPECT_FALSE(std::filesystem::exists(folder.data()));

  ASSERT_TRUE(prepare_data_folder(folder.data()).has_value());
  ASSERT_TRUE(prepare_file(folder.data() + "/things.sqlite").has_value());
  const auto empty = open_database_for_reading(folder.data(), things);
  ASSERT_FALSE(empty.has_value());
  EXPECT_EQ(empty.error().kind, ErrorKind::not_found);
  EXPECT_THAT(empty.error().message, HasSubstr("is empty"));
  EXPECT_EQ(std::filesystem::file_size(folder.data() + "/things.sqlite"), 0u);
}

TEST(Schema, a_reader_changes_nothing) {
  const TemporaryFolder folder;
  ASSERT_TRUE(open_database(folder.data(), things).has_value());
  auto database = open_database_for_reading(folder.data(), things);
  ASSERT_TRUE(database.has_value()) << database.error().message;
  EXPECT_EQ(database->integer("SELECT count(*) FROM things"), 0);
  const auto written = database->execute("INSERT INTO things VALUES('a')");
  ASSERT_FALSE(written.has_value());
  EXPECT_THAT(written.error().message, HasSubstr("cannot be written"));
}

TEST(Schema, a_reader_refuses_another_version) {
  const TemporaryFolder folder;
  ASSERT_TRUE(open_database(folder.data(), things).has_value());
  Schema later = things;
  later.version = 4;
  const auto database = open_database_for_reading(folder.data(), later);
  ASSERT_FALSE(database.has_value());
  EXPECT_THAT(database.error().message,
              HasSubstr("has tables of version 3, and this program uses version 4"));
}

}  // namespace
}  // namespace chatreports::store
