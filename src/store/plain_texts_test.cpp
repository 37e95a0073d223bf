#include "store/plain_texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "chat/property_digest.h"
#include "store/codec.h"
#include "store/digest_keys.h"
#include "store/schema.h"
#include "store/store.h"
#include "store/temporary_folder_test.h"

namespace chatreports::store {
namespace {

constexpr std::string_view often_visited = "https://shop.example.com/often-visited";
constexpr std::string_view address = "pat.customer@example.org";
constexpr std::string_view referrer = "https://search.example.com/?q=embarrassing";
constexpr std::string_view sha256_of_abc =
    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

chat::ThreadRecord thread_with(std::vector<chat::Property> properties) {
  chat::ThreadRecord thread;
  thread.from_chat_record = true;
  thread.properties = std::move(properties);
  return thread;
}

void insert_thread(Database& database, std::int64_t number, std::int64_t license,
                   const chat::ThreadRecord& thread, Texts& texts) {
  std::string bytes;
  encode(thread, texts, bytes);
  auto insert = database.prepare(
      "INSERT INTO threads(thread_number, license, thread_id, complete_since, record) "
      "VALUES(?1, ?2, 't' || ?1, 0, ?3)");
  ASSERT_TRUE(insert->bind(1, number).bind(2, license).bind_bytes(3, bytes).run().has_value());
}

// As version 0.1.0 wrote it: in the fourth version of the tables.
void write_older_store(const TemporaryFolder& folder) {
  Schema older = facts_schema();
  older.steps = older.steps.first(step_of_plain_texts());
  auto database = open_database(folder.data(), older);
  ASSERT_TRUE(database.has_value());
  auto transaction = Transaction::begin_write(*database);
  ASSERT_TRUE(transaction.has_value());
  Texts texts;
  texts.add(often_visited);
  texts.add("pro");
  ASSERT_TRUE(
      database->execute("INSERT INTO texts VALUES(1, "
                        "'https://shop.example.com/often-visited'), (2, 'pro')"));
  for (const std::int64_t license : {1, 2}) {
    chat::ThreadRecord thread = thread_with({{"rating", "comment", std::string(sha256_of_abc)},
                                             {"routing", "start_url", std::string(often_visited)},
                                             {"routing", "transcript_email", std::string(address)},
                                             {"shop", "plan", "pro"}});
    thread.chat_properties = {{"routing", "start_url", std::string(often_visited)}};
    thread.operations = {
        {chat::PropertyTold{chat::Layer::thread, "routing", "referrer", std::string(referrer)},
         {}}};
    insert_thread(*database, license, license, thread, texts);
  }
  // More than are rewritten at a time, and one that is damaged.
  for (std::int64_t number = 3; number < 2'500; ++number) {
    insert_thread(*database, number, 1,
                  thread_with({{"routing", "start_url", std::string(often_visited)}}), texts);
  }
  ASSERT_TRUE(database->execute(
      "INSERT INTO threads(thread_number, license, thread_id, complete_since, record) "
      "VALUES(2500, 3, 'damaged', 0, x'ff'); UPDATE counters SET value = 2500"));
  ToldOfChat told;
  told.properties = {
      {chat::PropertyTold{chat::Layer::chat, "routing", "referrer", std::string(referrer)}, {}}};
  std::string bytes;
  encode(told, bytes);
  auto insert = database->prepare("INSERT INTO chats VALUES(1, 9, ?1)");
  ASSERT_TRUE(insert->bind_bytes(1, bytes).run().has_value());
  ASSERT_TRUE(transaction->commit().has_value());
  std::filesystem::create_directory(folder.data() + "/engine");
  std::ofstream(folder.data() + "/engine/00000001") << often_visited;
}

// Of all files.
std::string bytes_of(const TemporaryFolder& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.data())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  return all;
}

std::vector<chat::ThreadRecord> threads_of(Store& store, std::int64_t license) {
  std::vector<chat::ThreadRecord> threads;
  EXPECT_TRUE(store.read_records({license}, [&](std::span<const chat::Record> records) {
    for (const chat::Record& record : records) {
      const auto* chat = std::get_if<chat::ChatRecord>(&record);
      if (chat != nullptr) threads.push_back(chat->thread);
    }
    return Result<void>();
  }));
  return threads;
}

std::string text_of(const chat::ThreadRecord& thread, std::string_view name) {
  for (const chat::Property& property : thread.properties) {
    if (property.name == name) return std::get<std::string>(property.value);
  }
  return "";
}

TEST(PlainTexts, of_an_older_store_become_keyed_digests_and_leave_no_trace) {
  const TemporaryFolder folder;
  write_older_store(folder);
  for (const std::string_view text : {often_visited, address, referrer, sha256_of_abc}) {
    EXPECT_THAT(bytes_of(folder), testing::HasSubstr(std::string(text)));
  }
  {
    const auto store = Store::open(folder.data());
    ASSERT_TRUE(store.has_value()) << store.error().message;
    const auto keys = DigestKeys::open(folder.data());
    const auto known = (*keys)->list();
    ASSERT_EQ(known->size(), 2u);
    std::map<std::int64_t, std::string> comments;
    for (const std::int64_t license : {1, 2}) {
      chat::PropertyDigester digester(known->at({license}));
      const auto threads = threads_of(**store, license);
      ASSERT_EQ(threads.size(), license == 1 ? 2'498u : 1u);
      const chat::ThreadRecord& thread = threads.front();
      EXPECT_EQ(text_of(thread, "start_url"),
                digester.stored_text("routing", "start_url", often_visited));
      EXPECT_EQ(text_of(thread, "transcript_email"),
                digester.stored_text("routing", "transcript_email", address));
      EXPECT_EQ(text_of(thread, "comment"), digester.stored_text("rating", "comment", "abc"));
      EXPECT_EQ(text_of(thread, "referrer"), digester.stored_text("routing", "referrer", referrer));
      EXPECT_EQ(text_of(thread, "plan"), "pro");
      comments[license] = text_of(thread, "comment");
    }
    EXPECT_NE(comments[1], comments[2]);
    // While the store is open, its log is a file, too.
    for (const std::string_view text : {often_visited, address, referrer, sha256_of_abc}) {
      EXPECT_EQ(bytes_of(folder).find(text), std::string::npos) << text;
    }
  }
  const auto again = Store::open(folder.data());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(threads_of(**again, 1).size(), 2'498u);
}

TEST(PlainTexts, are_rewritten_once) {
  const TemporaryFolder folder;
  write_older_store(folder);
  ASSERT_TRUE(Store::open(folder.data()).has_value());
  std::filesystem::create_directory(folder.data() + "/engine");
  ASSERT_TRUE(Store::open(folder.data()).has_value());
  EXPECT_TRUE(std::filesystem::exists(folder.data() + "/engine"));
}

}  // namespace
}  // namespace chatreports::store
