// How far chats were fetched: stored with the records that came, and no fact.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/deletion.h"
#include "store/sqlite.h"
#include "store/store.h"
#include "store/temporary_folder_test.h"

namespace chatreports::store {
namespace {

constexpr LicenseId license{7};

class FetchStatesTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Store::open(folder_.data());
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    store_ = *std::move(opened);
  }
  WriteSummary write(const std::vector<chat::Record>& records) {
    const auto summary = store_->write(license, records);
    EXPECT_TRUE(summary.has_value());
    return *summary;
  }
  std::optional<std::string> state(LicenseId of = license, const std::string& source = "livechat") {
    return store_->fetch_state(of, source).value();
  }
  static chat::Record thread(const std::string& id) {
    chat::ChatRecord record;
    record.thread_id = id;
    record.thread.from_chat_record = true;
    return record;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(FetchStatesTest, AreThoseThatWereWrittenLast) {
  EXPECT_EQ(state(), std::nullopt);
  EXPECT_EQ(write({thread("T1"), chat::FetchState{"livechat", "one"}}).written, 2u);
  const ChangeNumber last = store_->last_change().value();
  EXPECT_EQ(write({chat::FetchState{"livechat", "two"}}).written, 1u);
  EXPECT_EQ(write({chat::FetchState{"livechat", "two"}}).unchanged, 1u);
  EXPECT_EQ(state(), "two");
  EXPECT_EQ(state(LicenseId{8}), std::nullopt);
  EXPECT_EQ(store_->last_change(), last) << "no report depends on it";
}

TEST_F(FetchStatesTest, OfAnotherSourceDoNotCount) {
  write({chat::FetchState{"livechat", "one"}});
  EXPECT_EQ(state(license, "other"), std::nullopt);
  write({chat::FetchState{"other", "two"}});
  EXPECT_EQ(state(license, "other"), "two");
  EXPECT_EQ(state(), std::nullopt);
}

TEST_F(FetchStatesTest, AreNotExported) {
  write({thread("T1"), chat::FetchState{"livechat", "one"}});
  std::size_t count = 0;
  const auto done = store_->export_records(license, [&](std::span<const chat::Record> records) {
    count += records.size();
    return Result<void>();
  });
  EXPECT_TRUE(done.has_value());
  EXPECT_EQ(count, 1u);
}

TEST_F(FetchStatesTest, GoWithTheLicence) {
  write({thread("T1"), chat::FetchState{"livechat", "one"}});
  ASSERT_TRUE(store_->begin_deleting(license, chat::LicenseDeletion{}).has_value());
  EXPECT_EQ(state(), std::nullopt);
  EXPECT_EQ(store_->is_deleted(license), true);
  EXPECT_EQ(store_->is_deleted(LicenseId{8}), false);
  EXPECT_EQ(write({chat::FetchState{"livechat", "two"}}).refused.size(), 1u);
  store_->take_deleted();
  EXPECT_EQ(write({chat::FetchState{"livechat", "two"}}).written, 1u);
  EXPECT_EQ(store_->is_deleted(license), false);
}

// The chats are fetched again, so reports go on.
TEST_F(FetchStatesTest, ThatAreDamagedAreNone) {
  write({thread("T1"), chat::FetchState{"livechat", "one"}});
  store_.reset();
  {
    auto database = Database::open(folder_.data() + "/chatreports.sqlite");
    ASSERT_TRUE(database->execute("UPDATE fetch_states SET state = 'onf'").has_value());
  }
  SetUp();
  EXPECT_EQ(state(), std::nullopt);
  EXPECT_TRUE(store_->find_damage()->licenses.empty());
  write({chat::FetchState{"livechat", "two"}});
  EXPECT_EQ(state(), "two");
}

}  // namespace
}  // namespace chatreports::store
