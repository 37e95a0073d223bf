#include "app/engine_follower.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <utility>
#include <vector>

#include "app/load_engine.h"
#include "engine/open.h"
#include "store/sqlite.h"
#include "store/temporary_folder_test.h"

namespace chatreports::app {
namespace {

constexpr LicenseId license{1};

class EngineFollowerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto store = store::Store::open_locked(folder_.data(), [](const std::string&) {});
    ASSERT_TRUE(store.has_value());
    store_ = *std::move(store);
  }

  std::unique_ptr<EngineFollower> begin() {
    done_ = {};
    return EngineFollower::begin(folder_.data(), *store_, [this] { done_.set_value(); });
  }

  // Writes some chats, and tells the follower.
  void write(EngineFollower& follower, int count, bool is_log_long = false) {
    std::vector<chat::Record> records;
    for (int at = 0; at < count; ++at, ++written_) {
      chat::ChatRecord record;
      record.thread_id = fmt::format("T{}", written_);
      record.thread.from_chat_record = true;
      record.thread.started_at = from_unix_microseconds(1'000'000 * (written_ % 100));
      records.emplace_back(std::move(record));
    }
    const auto summary = store_->write(license, records);
    ASSERT_TRUE(summary.has_value());
    follower.committed(summary->last_change, is_log_long);
  }

  Result<void> end(EngineFollower& follower) {
    follower.end(store_->origin().value());
    done_.get_future().wait();
    return follower.result();
  }

  // Returns how many chats the files have; nothing if they can't be used.
  std::optional<std::uint64_t> chats_in_files() {
    const auto engine =
        engine::open_engine(engine::NativeOptions{.folder = folder_.data() + "/engine"});
    if (restore_engine(*engine, *store_).state != RestoredFiles::State::restored) {
      return std::nullopt;
    }
    return engine->content(license).chats;
  }

  store::TemporaryFolder folder_;
  std::unique_ptr<store::Store> store_;
  std::promise<void> done_;
  int written_ = 0;
};

TEST_F(EngineFollowerTest, LeavesFilesWithEverything) {
  auto follower = begin();
  for (int round = 0; round < 5; ++round) write(*follower, 300);
  EXPECT_TRUE(end(*follower).has_value());
  EXPECT_TRUE(follower->is_done());
  EXPECT_EQ(chats_in_files(), 1'500u);

  // The next one begins with these files.
  follower = begin();
  write(*follower, 10);
  EXPECT_TRUE(end(*follower).has_value());
  EXPECT_EQ(chats_in_files(), 1'510u);
}

TEST_F(EngineFollowerTest, ReadsTheRestAtTheEndIfTheLogIsLong) {
  const auto follower = begin();
  for (int round = 0; round < 3; ++round) write(*follower, 100, true);
  EXPECT_TRUE(end(*follower).has_value());
  EXPECT_EQ(chats_in_files(), 300u);
}

TEST_F(EngineFollowerTest, LeavesFilesAsTheyWereUnlessItEnds) {
  auto follower = begin();
  write(*follower, 100);
  EXPECT_TRUE(end(*follower).has_value());
  follower = begin();
  write(*follower, 100);
  follower.reset();
  EXPECT_EQ(chats_in_files(), 100u);
}

TEST_F(EngineFollowerTest, SaysWhyThereAreNoFiles) {
  std::ofstream(folder_.data() + "/engine") << "in the way";
  const auto follower = begin();
  write(*follower, 100);
  EXPECT_FALSE(end(*follower).has_value());
  EXPECT_EQ(chats_in_files(), std::nullopt);
}

TEST_F(EngineFollowerTest, SavesNothingThatLacksADamagedRecord) {
  const auto follower = begin();
  write(*follower, 100, true);
  {
    auto database = store::Database::open(folder_.data() + "/chatreports.sqlite");
    ASSERT_TRUE(database->execute("UPDATE threads SET record = x'03' WHERE thread_number = 5"));
  }
  const Result<void> ended = end(*follower);
  ASSERT_FALSE(ended.has_value());
  EXPECT_EQ(ended.error().message, "records are damaged");
  EXPECT_EQ(chats_in_files(), std::nullopt);
}

}  // namespace
}  // namespace chatreports::app
