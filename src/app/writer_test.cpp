#include "app/writer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "store/sqlite.h"
#include "store/temporary_folder_test.h"

namespace chatreports::app {
namespace {

using api::Channel;
using testing::ElementsAre;

// Takes every change, and remembers the last one.
class Follower final : public engine::Engine {
 public:
  explicit Follower(ChangeNumber applied) : applied_(applied) {}
  Result<void> apply(std::span<const chat::Change> changes) override {
    for (const chat::Change& change : changes) applied_ = std::max(applied_, change.number);
    return {};
  }
  using Engine::run;
  Result<report::Table> run(const report::Plan&, Allowance&) const override {
    return failed("not asked");
  }
  ChangeNumber applied() const override { return applied_; }
  void has_all_up_to(ChangeNumber last) override { applied_ = std::max(applied_, last); }
  engine::EngineSize size() const override { return {}; }
  engine::LicenseContent content(LicenseId) const override { return {}; }

 private:
  ChangeNumber applied_;
};

chat::Record chat_of(const std::string& thread_id, std::int64_t started_at = 0) {
  chat::ChatRecord record;
  record.thread_id = thread_id;
  record.thread.from_chat_record = true;
  record.thread.started_at = from_unix_microseconds(started_at);
  return record;
}

std::vector<chat::Record> chats(std::size_t count) {
  std::vector<chat::Record> records;
  for (std::size_t i = 0; i < count; ++i) records.push_back(chat_of(fmt::format("T{}", i)));
  return records;
}

class WriterTest : public testing::Test {
 protected:
  void start() {
    auto store = store::Store::open(folder_.data());
    ASSERT_TRUE(store.has_value());
    engine_.emplace((*store)->last_change().value());
    const Instant last_stamp = (*store)->last_stamp().value();
    writer_.emplace(*std::move(store), last_stamp, *engine_,
                    WriterCallbacks{.directory_changed =
                                        [this](LicenseId license) {
                                          told_.emplace_back(license, engine_->applied());
                                        },
                                    .damage_found = [](const store::Damage&) {}});
  }

  // Appends the name to `answered_` when the call is answered.
  std::future<Result<std::vector<api::RefusedRecord>>> take_in(std::string name,
                                                               std::int64_t license,
                                                               Channel channel,
                                                               std::vector<chat::Record> records) {
    const auto promise = std::make_shared<std::promise<Result<std::vector<api::RefusedRecord>>>>();
    writer_->take_in(LicenseId{license}, channel, std::move(records),
                     [this, promise, name = std::move(name)](const auto& done) {
                       answered_.push_back(name);
                       promise->set_value(done);
                     });
    return promise->get_future();
  }

  store::TemporaryFolder folder_;
  std::optional<Follower> engine_;
  std::optional<Writer> writer_;
  std::vector<std::string> answered_;  // by the writer alone
  // The licences whose directory has changed, and what the engine had then; likewise.
  std::vector<std::pair<LicenseId, ChangeNumber>> told_;
};

TEST_F(WriterTest, WritesWebhooksAndOtherLicencesBetweenSlicesOfABody) {
  start();
  auto body = take_in("long body", 1, Channel::bulk, chats(60'000));
  auto webhook = take_in("webhook", 1, Channel::webhook, chats(1));
  auto other = take_in("short body", 2, Channel::bulk, chats(1));
  EXPECT_TRUE(webhook.get().has_value());
  EXPECT_TRUE(other.get().has_value());
  EXPECT_TRUE(body.get().has_value());
  writer_.reset();
  EXPECT_THAT(answered_, ElementsAre("webhook", "short body", "long body"));
}

TEST_F(WriterTest, AnErrorAffectsItsOwnCallOnly) {
  start();
  EXPECT_TRUE(take_in("first", 1, Channel::bulk, chats(3)).get().has_value());
  writer_.reset();
  auto database = store::Database::open(folder_.data() + "/chatreports.sqlite");
  ASSERT_TRUE(database.has_value());
  ASSERT_TRUE(
      database->execute("UPDATE threads SET record = x'ff' WHERE thread_id = 'T1'").has_value());
  start();
  const chat::Record goal =
      chat::AchievementRecord{chat::AchievementKind::goal, "T1", 7, from_unix_microseconds(5)};
  std::vector<chat::Record> records = chats(20'000);
  records.front() = goal;
  auto body = take_in("to be written together", 1, Channel::bulk, std::move(records));
  auto good = take_in("good", 1, Channel::webhook, {chat_of("T0", 5)});
  auto damaged = take_in("damaged", 1, Channel::webhook, {goal});
  auto good_too = take_in("good too", 1, Channel::webhook, {chat_of("T2", 5)});
  auto other = take_in("other", 2, Channel::webhook, {chat_of("T1", 5)});
  EXPECT_TRUE(good.get().has_value());
  EXPECT_FALSE(damaged.get().has_value());
  EXPECT_TRUE(good_too.get().has_value());
  EXPECT_TRUE(other.get().has_value());
  EXPECT_FALSE(body.get().has_value());
}

TEST_F(WriterTest, RefusesARecordBeyondALimitAndNamesIt) {
  start();
  chat::ChatRecord large;
  large.thread_id = "large";
  large.thread.from_chat_record = true;
  for (int i = 0; i < 1'100; ++i) {
    large.thread.properties.push_back({"n", fmt::format("{:04}", i), std::string(8'192, 'x')});
  }
  auto done = take_in("body", 1, Channel::bulk, {chat_of("T0"), large, chat_of("T1")}).get();
  ASSERT_TRUE(done.has_value());
  ASSERT_EQ(done->size(), 1U);
  EXPECT_EQ(done->front().record, 1U);
  EXPECT_EQ(done->front().reason,
            "thread \"large\": what is known of the thread would be larger than 8388608 bytes");
  EXPECT_EQ(engine_->applied().value, 2);
}

// A report with labels is cached by the number of the last change.
TEST_F(WriterTest, TellsOfLabelsBeforeTheEngineHasTheirNumbers) {
  start();
  const auto label = [](const std::string& text, std::int64_t at) -> chat::Record {
    return chat::FormLabel{"form", "field", "", text, from_unix_microseconds(at)};
  };
  EXPECT_TRUE(take_in("label", 7, Channel::bulk, {label("Why?", 1)}).get().has_value());
  EXPECT_EQ(engine_->applied(), ChangeNumber{1});
  EXPECT_TRUE(take_in("chat", 7, Channel::webhook, {chat_of("T1")}).get().has_value());
  EXPECT_EQ(engine_->applied(), ChangeNumber{2});
  chat::Record with_label = chat_of("T1");
  std::get<chat::ChatRecord>(with_label).labels = {{"form", "field", "", "How?", Instant{}},
                                                   {"form", "field", "", "So?", latest_instant}};
  EXPECT_TRUE(take_in("another", 7, Channel::webhook, {with_label}).get().has_value());
  EXPECT_EQ(engine_->applied(), ChangeNumber{3});
  writer_.reset();
  EXPECT_THAT(told_, ElementsAre(std::pair(LicenseId{7}, ChangeNumber{0}),
                                 std::pair(LicenseId{7}, ChangeNumber{2})));
}

TEST_F(WriterTest, FailsWhatStillWaitsAtTheEnd) {
  start();
  auto body = take_in("body", 1, Channel::bulk, chats(60'000));
  writer_.reset();
  const auto done = body.get();
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().kind, ErrorKind::unavailable);
}

TEST_F(WriterTest, WritesNothingAfterStopAt) {
  start();
  EXPECT_TRUE(take_in("before", 1, Channel::webhook, chats(1)).get().has_value());
  writer_->stop_at(std::chrono::steady_clock::now());
  EXPECT_FALSE(take_in("after", 1, Channel::webhook, chats(1)).get().has_value());
  EXPECT_EQ(writer_->waiting(), 0U);
}

}  // namespace
}  // namespace chatreports::app
