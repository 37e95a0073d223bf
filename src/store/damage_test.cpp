#include "store/damage.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "chat/unknown_instant.h"
#include "store/sqlite.h"
#include "store/store.h"
#include "store/temporary_folder_test.h"

namespace chatreports::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;

constexpr LicenseId license{1};
constexpr LicenseId other_license{2};

chat::ChatRecord chat(const std::string& thread_id, std::int64_t started_at) {
  chat::ChatRecord record;
  record.thread_id = thread_id;
  record.thread.from_chat_record = true;
  record.thread.started_at = from_unix_microseconds(started_at);
  record.thread.tags = {"a tag that is met often", thread_id};
  return record;
}

chat::AchievementRecord goal(const std::string& thread_id) {
  return {chat::AchievementKind::goal, thread_id, 7, {}};
}

// Records of all kinds, for two licences.
void fill(Store& store) {
  for (const LicenseId of : {license, other_license}) {
    std::vector<chat::Record> records;
    for (int number = 0; number < 40; ++number) {
      auto record = chat(fmt::format("T{}", number), 1'000 * number);
      record.chat_id = fmt::format("CHAT{}", number + 1);
      records.emplace_back(std::move(record));
    }
    records.emplace_back(goal("unknown"));
    records.emplace_back(chat::AgentRecord{"ann", "Ann", "Europe/Berlin", {{1, 2}}});
    records.emplace_back(chat::GroupRecord{1, "one"});
    records.emplace_back(chat::AgentStatusRecord{"ann", chat::AgentStatus::accepting_chats,
                                                 from_unix_microseconds(5'000)});
    records.emplace_back(chat::GreetingRecord{5, "u", chat::GreetingEvent::displayed, std::nullopt,
                                              from_unix_microseconds(900)});
    records.emplace_back(chat::GreetingRecord{5, "u", chat::GreetingEvent::displayed, 6,
                                              from_unix_microseconds(901)});
    records.emplace_back(chat("T7", 7'500));  // has moved
    ASSERT_TRUE(store.write(of, records).has_value());
  }
}

class DamagedStore : public testing::Test {
 protected:
  void SetUp() override { fill(*open()); }

  std::unique_ptr<Store> open() {
    auto store = Store::open(folder_.data());
    if (!store) throw std::runtime_error(store.error().message);
    return std::move(*store);
  }
  void change(const std::string& statements) {
    auto database = Database::open(file());
    ASSERT_TRUE(database->execute(statements.c_str()).has_value());
  }
  std::string file() const { return folder_.data() + "/chatreports.sqlite"; }

  TemporaryFolder folder_;
};

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

using ByLicense = std::map<LicenseId, std::vector<chat::Change>>;

Result<ByLicense> replay(Store& store) {
  ByLicense all;
  const auto done = store.replay({0}, 100, [&](std::span<const chat::Change> changes) {
    for (const chat::Change& change : changes) all[change.license].push_back(change);
    return Result<void>();
  });
  if (!done) return std::unexpected(done.error());
  return all;
}

TEST_F(DamagedStore, is_whole_at_first) {
  const auto store = open();
  EXPECT_EQ(store->find_damage(), Damage{});
  EXPECT_EQ(replay(*store)->at(license).size(), 43u);
}

// The damage may be in any column.
TEST_F(DamagedStore, a_damaged_row_is_left_out_and_affects_its_licence_alone) {
  for (const char* column :
       {"changed = 99", "license = 2", "license = 77", "thread_id = 'T4'", "complete_since = 9",
        "complete_since = NULL", "chat_id = 8", "record = x'03'", "checksum = 1"}) {
    SCOPED_TRACE(column);
    const TemporaryFolder folder;
    std::filesystem::copy(folder_.data(), folder.data(), std::filesystem::copy_options::recursive);
    {
      auto database = Database::open(folder.data() + "/chatreports.sqlite");
      ASSERT_TRUE(
          database
              ->execute(
                  fmt::format("UPDATE threads SET {} WHERE thread_number = 4", column).c_str())
              .has_value());
    }
    const auto store = Store::open(folder.data());
    ASSERT_TRUE(store.has_value());
    const auto changes = replay(**store);
    ASSERT_TRUE(changes.has_value());
    static_cast<void>((*store)->find_damage());
    EXPECT_THAT((*store)->damage().licenses, ElementsAre(Key(license)));
    EXPECT_THAT((*store)->damage().rows, ElementsAre("row 4 of threads"));
    EXPECT_EQ(changes->at(license).size(), 42u);
    EXPECT_EQ(changes->at(other_license).size(), 43u);
  }
}

TEST_F(DamagedStore, a_row_that_is_gone_is_missed) {
  for (const char* table : {"threads", "agents", "groups", "agent_statuses", "greeting_events"}) {
    SCOPED_TRACE(table);
    change(fmt::format("DELETE FROM {} WHERE license = 2", table));
    const auto store = open();
    ASSERT_TRUE(store->find_damage().has_value());
    ASSERT_THAT(store->damage().licenses, ElementsAre(Key(other_license)));
    EXPECT_THAT(store->damage().licenses.at(other_license).sentences,
                testing::Contains(HasSubstr(table)));
  }
}

TEST_F(DamagedStore, accepts_records_except_for_the_damaged_thread) {
  change("UPDATE threads SET record = x'03' WHERE thread_number = 4");
  const auto store = open();
  const std::vector<chat::Record> of_others{goal("T8"), chat("new", 50)};
  EXPECT_EQ(store->write(license, of_others)->written, 2u);
  const std::vector<chat::Record> of_it{goal("T3")};
  EXPECT_THAT(store->write(license, of_it).error().message,
              HasSubstr("of licence 1 (row 4 of threads) cannot be read"));
  // The id is free in the other licence.
  EXPECT_EQ(store->write(other_license, of_it)->written, 1u);
}

TEST_F(DamagedStore, a_chat_record_that_comes_again_repairs_it) {
  for (const char* column :
       {"record = x'03'", "thread_id = 'T999'", "license = 2", "checksum = 5"}) {
    SCOPED_TRACE(column);
    change(fmt::format("UPDATE threads SET {} WHERE thread_number = 4", column));
    const auto store = open();
    const std::int64_t before = store->last_change()->value;
    const std::vector<chat::Record> again{chat("T3", 3'333)};
    EXPECT_EQ(store->write(license, again)->written, 1u);
    EXPECT_EQ(store->damage(), Damage{});
    EXPECT_EQ(store->find_damage(), Damage{});
    EXPECT_EQ(replay(*store)->at(license).size(), 43u);
    // An engine that has the thread must search for it.
    std::vector<chat::Change> since;
    ASSERT_TRUE(store
                    ->replay({before}, 10,
                             [&](std::span<const chat::Change> changes) {
                               since.assign(changes.begin(), changes.end());
                               return Result<void>();
                             })
                    .has_value());
    ASSERT_EQ(since.size(), 1u);
    EXPECT_EQ(std::get<chat::ThreadChange>(since[0].what).previous_started_at,
              chat::unknown_instant);
    EXPECT_EQ(store->write(license, again)->unchanged, 1u);
  }
}

// A report of figures does not need labels.
TEST_F(DamagedStore, a_damaged_label_is_noticed_and_affects_no_figure) {
  const chat::FormLabel label{"form", "field", "answer", "Very good", from_unix_microseconds(10)};
  {
    const auto store = open();
    const std::vector<chat::Record> labels{
        label, chat::FormLabel{"form", "field", "", "How was it?", from_unix_microseconds(10)}};
    ASSERT_EQ(store->write(license, labels)->written, 2u);
    EXPECT_EQ(store->find_damage(), Damage{});
  }
  const std::string whole = read_file(file());
  for (const char* damage :
       {"UPDATE form_labels SET label = 'Very g00d' WHERE answer_id = 'answer'",
        "UPDATE form_labels SET at = 11 WHERE answer_id = 'answer'",
        "UPDATE form_labels SET license = 2 WHERE answer_id = 'answer'",
        "UPDATE form_labels SET checksum = 5 WHERE answer_id = 'answer'",
        "DELETE FROM form_labels WHERE answer_id = 'answer'"}) {
    SCOPED_TRACE(damage);
    std::ofstream(file(), std::ios::binary) << whole;
    change(damage);
    const auto store = open();
    const auto found = store->find_damage();
    EXPECT_TRUE(found->is_of_labels);
    EXPECT_FALSE(found->is_none());
    EXPECT_THAT(found->licenses, IsEmpty());
  }
}

TEST_F(DamagedStore, a_damaged_label_is_not_exported_and_is_repaired_when_it_comes_again) {
  const std::vector<chat::Record> labels{
      chat::FormLabel{"form", "field", "answer", "Very good", from_unix_microseconds(10)}};
  ASSERT_EQ(open()->write(license, labels)->written, 1u);
  change("UPDATE form_labels SET label = 'Very g00d', at = 99");
  const auto store = open();
  const auto take = [](std::span<const chat::Record>) { return Result<void>(); };
  EXPECT_THAT(store->export_records(license, take).error().message,
              HasSubstr("row 1 of form_labels is not what was written"));
  EXPECT_THAT(store->form_labels(license).error().message,
              HasSubstr("a label of the forms of licence 1 is not what was written"));
  EXPECT_EQ(store->write(license, labels)->written, 1u);
  EXPECT_EQ(store->find_damage(), Damage{});
  EXPECT_TRUE(store->export_records(license, take).has_value());
  EXPECT_EQ(store->write(license, labels)->unchanged, 1u);
}

TEST_F(DamagedStore, the_index_is_made_again) {
  change("UPDATE row_index SET digest = digest + 1");
  const auto store = open();
  EXPECT_TRUE(store->find_damage()->is_of_index);
  ASSERT_TRUE(store->end_import().has_value());
  EXPECT_EQ(store->find_damage(), Damage{});
  const std::vector<chat::Record> known{chat("T3", 3'000)};
  EXPECT_EQ(store->write(license, known)->unchanged, 1u);
}

TEST_F(DamagedStore, a_record_that_names_a_damaged_string_is_damaged) {
  {
    const auto store = open();
    const std::vector<chat::Record> later{chat("T100", 100'000)};
    ASSERT_TRUE(store->write(license, later).has_value());  // names the text
  }
  change("UPDATE strings SET string = 'a tag that is met 0ften'");
  const auto store = open();
  const auto changes = replay(*store);
  ASSERT_TRUE(changes.has_value());
  EXPECT_FALSE(store->damage().licenses.empty());
}

TEST_F(DamagedStore, a_damaged_counter_is_reported) {
  for (const char* name : {"change", "digest_seed", "indexed"}) {
    SCOPED_TRACE(name);
    change(fmt::format("UPDATE counters SET value = value + 1 WHERE name = '{}'", name));
    const std::vector<chat::Record> records{chat("new", 50)};
    const auto written = open()->write(license, records);
    ASSERT_FALSE(written.has_value());
    EXPECT_THAT(written.error().message, HasSubstr(fmt::format("its counter {} is not", name)));
    change(fmt::format("UPDATE counters SET value = value - 1 WHERE name = '{}'", name));
  }
}

// Flips a bit anywhere in the file: the file can't be read, or a licence is damaged, or nothing has
// changed. CHATREPORTS_FLIPS is the number of flips.
TEST_F(DamagedStore, one_bit_anywhere_never_gives_other_facts) {
  const auto whole = replay(*open());
  ASSERT_TRUE(whole.has_value());
  std::string bytes;
  {
    std::ifstream in(file(), std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  const char* asked = std::getenv("CHATREPORTS_FLIPS");
  const int flips = asked == nullptr ? 400 : std::atoi(asked);
  std::mt19937_64 random(1);
  int noticed = 0;
  for (int flip = 0; flip < flips; ++flip) {
    const std::size_t at = random() % bytes.size();
    const int bit = static_cast<int>(random() % 8);
    SCOPED_TRACE(fmt::format("bit {} of byte {}", bit, at));
    std::filesystem::remove(file() + "-wal");
    std::filesystem::remove(file() + "-shm");
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
    std::ofstream(file(), std::ios::binary) << damaged;
    const auto store = Store::open(folder_.data());
    if (!store || !(*store)->last_change() || !(*store)->find_damage()) {
      ++noticed;
      continue;
    }
    const auto changes = replay(**store);
    if (!changes) {
      ++noticed;
      continue;
    }
    const Damage damage = (*store)->damage();
    noticed += damage.is_none() ? 0 : 1;
    for (const LicenseId of : {license, other_license}) {
      if (damage.licenses.contains(of)) continue;
      const auto found = changes->find(of);
      ASSERT_NE(found, changes->end());
      ASSERT_EQ(found->second, whole->at(of));
    }
  }
  EXPECT_GT(noticed, 0);
}

}  // namespace
}  // namespace chatreports::store
