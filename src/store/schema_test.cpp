#include "store/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "store/data_folder.h"
#include "store/store.h"
#include "store/temporary_folder_test.h"

namespace chatreports::store {
namespace {

using testing::HasSubstr;

constexpr std::array first_version{"CREATE TABLE things(name TEXT)"};
constexpr std::array second_version{
    "CREATE TABLE things(name TEXT)",
    "ALTER TABLE things ADD COLUMN size INTEGER; UPDATE things SET size = 5"};
constexpr std::array broken_second_version{
    "CREATE TABLE things(name TEXT)",
    "ALTER TABLE things ADD COLUMN size INTEGER; UPDATE nothing SET size = 5"};

Schema schema(std::span<const char* const> steps) {
  return {"things.sqlite", 77, "WAL", 100, steps};
}

std::string file_of(const TemporaryFolder& folder) {
  return folder.data() + "/chatreports.sqlite";
}

std::vector<chat::Change> changes_after(Store& store, std::int64_t after) {
  std::vector<chat::Change> found;
  const auto done = store.replay({after}, 10, [&found](std::span<const chat::Change> changes) {
    found.insert(found.end(), changes.begin(), changes.end());
    return Result<void>();
  });
  EXPECT_TRUE(done.has_value());
  return found;
}

void expect_refused(const TemporaryFolder& folder, ErrorKind kind, const std::string& sentence) {
  const auto store = Store::open(folder.data());
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().kind, kind);
  EXPECT_THAT(store.error().message, HasSubstr(sentence));
}

TEST(Schema, an_older_file_is_brought_up_to_date_with_what_it_holds) {
  const TemporaryFolder folder;
  {
    auto database = open_database(folder.data(), schema(first_version));
    ASSERT_TRUE(database.has_value());
    ASSERT_TRUE(database->execute("INSERT INTO things VALUES('a')").has_value());
  }
  auto database = open_database(folder.data(), schema(second_version));
  ASSERT_TRUE(database.has_value()) << database.error().message;
  EXPECT_EQ(database->integer("SELECT size FROM things WHERE name = 'a'"), 5);
  EXPECT_EQ(database->integer("PRAGMA user_version"), 2);
  EXPECT_EQ(database->integer("PRAGMA application_id"), 77);
}

TEST(Schema, a_store_of_the_first_version_keeps_its_threads) {
  const TemporaryFolder folder;
  {
    Schema first = facts_schema();
    first.steps = first.steps.first(1);
    auto database = open_database(folder.data(), first);
    ASSERT_TRUE(database.has_value());
    // A thread that is as it came, one that has changed since, and one without a chat record yet.
    ASSERT_TRUE(database->execute(R"sql(
      INSERT INTO threads VALUES(1, 7, 'a', 1, 1, 1000, NULL, x'0101d00f0000000000');
      INSERT INTO threads VALUES(4, 7, 'b', 2, 2, 500, 'u', x'0101e8070000000000');
      INSERT INTO threads VALUES(3, 7, 'c', 3, NULL, NULL, NULL, x'0100000000000000');
      UPDATE counters SET value = 4;)sql"));
  }
  const auto store = Store::open(folder.data());
  ASSERT_TRUE(store.has_value()) << store.error().message;
  const auto threads_after = [&](std::int64_t after) {
    std::vector<std::pair<std::int64_t, std::int64_t>> found;  // change, thread
    for (const chat::Change& change : changes_after(**store, after)) {
      const auto& thread = std::get<chat::ThreadChange>(change.what);
      found.emplace_back(change.number.value, thread.thread.value);
    }
    return found;
  };
  using testing::ElementsAre;
  using testing::Pair;
  EXPECT_THAT(threads_after(0), ElementsAre(Pair(4, 2), Pair(1, 1)));
  EXPECT_THAT(threads_after(1), ElementsAre(Pair(4, 2)));
  EXPECT_THAT(threads_after(4), testing::IsEmpty());
  const auto chat = [](const std::string& thread_id, std::int64_t started_at) {
    chat::ThreadRecord thread;
    thread.from_chat_record = true;
    thread.started_at = {started_at};
    return chat::Record(chat::ChatRecord{thread_id, thread});
  };
  const std::vector<chat::Record> records{chat("a", 1'000), chat("b", 500), chat("c", 700)};
  const auto written = (*store)->write({7}, records);
  ASSERT_TRUE(written.has_value());
  EXPECT_EQ(written->unchanged, 2u);
  EXPECT_THAT(threads_after(4), ElementsAre(Pair(5, 3)));
}

// What webhooks told of a chat's groups is given to threads of an import, too.
TEST(Schema, a_store_of_the_third_version_finds_the_threads_of_a_chat_by_an_index) {
  const TemporaryFolder folder;
  {
    Schema third = facts_schema();
    third.steps = third.steps.first(3);
    auto database = open_database(folder.data(), third);
    ASSERT_TRUE(database.has_value());
    // Of the chat 9 it was told at 0.001 s that its group is 3.
    ASSERT_TRUE(database->execute(R"sql(
      CREATE INDEX threads_by_chat ON threads(chat_key) WHERE chat_key IS NOT NULL;
      INSERT INTO chats VALUES(7, 9, x'010001d00f00010600');)sql"));
  }
  const auto store = Store::open(folder.data());
  ASSERT_TRUE(store.has_value()) << store.error().message;
  chat::ThreadRecord thread;
  thread.from_chat_record = true;
  const std::vector<chat::Record> records{chat::ChatRecord{"a", thread, "#9"}};
  const auto written = (*store)->write({7}, records);
  ASSERT_TRUE(written.has_value()) << written.error().message;
  auto database = Database::open(file_of(folder));
  EXPECT_EQ(database->integer("SELECT count(*) FROM sqlite_schema WHERE name = 'threads_by_chat'"),
            1);
  const auto changes = changes_after(**store, 0);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_THAT(std::get<chat::ThreadChange>(changes[0].what).facts.groups, testing::ElementsAre(3));
}

TEST(Schema, a_store_of_the_third_version_knows_its_ids) {
  const TemporaryFolder folder;
  {
    Schema third = facts_schema();
    third.steps = third.steps.first(3);
    auto database = open_database(folder.data(), third);
    ASSERT_TRUE(database.has_value());
    // A thread with the greeting "u", and two events of that, one of which has replaced another.
    ASSERT_TRUE(database->execute(R"sql(
      INSERT INTO threads VALUES(1, NULL, 7, 'a', 1, 1000, 'u', x'0201d00f00000001170175000000', NULL);
      INSERT INTO greeting_events VALUES(2, 7, 'u', 1, 2, 5, NULL, 900);
      INSERT INTO greeting_events VALUES(4, 7, 'u', 0, 3, 5, 6, 800);
      INSERT INTO greeting_event_replacements VALUES(3, 4, 5, NULL, 700);
      INSERT INTO agent_statuses VALUES(5, 7, 'ann', 600, 1);
      UPDATE counters SET value = 5 WHERE name = 'change';)sql"));
  }
  const auto store = Store::open(folder.data());
  ASSERT_TRUE(store.has_value()) << store.error().message;
  using chat::GreetingEvent;
  const chat::GreetingRecord before{5, "u", GreetingEvent::displayed, std::nullopt, {700}};
  const chat::GreetingRecord displayed{5, "u", GreetingEvent::displayed, 6, {800}};
  const chat::Change replaced{{4}, {7}, chat::GreetingChange{before, displayed}};
  EXPECT_EQ(changes_after(**store, 3).at(0), replaced);
  const std::vector<chat::Record> known{
      displayed, chat::GreetingRecord{5, "u", GreetingEvent::canceled, std::nullopt, {900}},
      chat::AgentStatusRecord{"ann", chat::AgentStatus::accepting_chats, {600}}};
  EXPECT_EQ((*store)->write({7}, known)->unchanged, 3u);
  // It finds the thread.
  const std::vector<chat::Record> moved{
      chat::GreetingRecord{5, "u", GreetingEvent::displayed, 6, {801}}};
  EXPECT_EQ((*store)->write({7}, moved)->written, 1u);
  const auto changes = changes_after(**store, 5);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(std::get<chat::ThreadChange>(changes[0].what).thread.value, 1);
}

TEST(Schema, a_step_that_fails_leaves_the_file_as_it_was) {
  const TemporaryFolder folder;
  ASSERT_TRUE(open_database(folder.data(), schema(first_version)).has_value());
  EXPECT_FALSE(open_database(folder.data(), schema(broken_second_version)).has_value());
  auto database = open_database(folder.data(), schema(first_version));
  ASSERT_TRUE(database.has_value());
  EXPECT_EQ(database->integer("SELECT count(*) FROM pragma_table_info('things')"), 1);
}

TEST(Schema, a_newer_file_is_refused_and_left_alone) {
  const TemporaryFolder folder;
  ASSERT_TRUE(Store::open(folder.data()).has_value());
  {
    auto database = Database::open(file_of(folder));
    ASSERT_TRUE(database->execute("PRAGMA user_version = 1000").has_value());
  }
  expect_refused(folder, ErrorKind::invalid,
                 "was written by a newer chatreports (its tables are of version 1000, this program "
                 "knows 9)");
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
  expect_refused(folder, ErrorKind::invalid, "is not a file of chatreports");
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

}  // namespace
}  // namespace chatreports::store
