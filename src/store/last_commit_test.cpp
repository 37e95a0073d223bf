#include "store/last_commit.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "store/folder_lock.h"
#include "store/store.h"
#include "store/temporary_folder_test.h"

namespace chatreports::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr LicenseId license{1};

chat::ChatRecord chat(const std::string& thread_id) {
  chat::ChatRecord record;
  record.thread_id = thread_id;
  record.thread.from_chat_record = true;
  return record;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// A store after its server was killed: a copy of the folder while it was open.
class KilledStore : public testing::Test {
 protected:
  void SetUp() override {
    auto store = open(live_.data());
    ASSERT_TRUE(store.has_value()) << store.error().message;
    write(**store, 0, 20);
    fs::copy(live_.data(), killed(), fs::copy_options::recursive);
  }

  static Result<std::unique_ptr<Store>> open(const std::string& folder,
                                             std::vector<std::string>* said = nullptr) {
    return Store::open_locked(folder, [said](const std::string& sentence) {
      if (said != nullptr) said->push_back(sentence);
    });
  }
  static void write(Store& store, int first, int count) {
    for (int number = first; number < first + count; ++number) {
      const std::vector<chat::Record> records{chat(fmt::format("T{}", number))};
      ASSERT_TRUE(store.write(license, records).has_value());
    }
  }
  std::string killed() const { return live_.path() + "/killed"; }
  std::string file() const { return killed() + "/chatreports.sqlite"; }
  std::string log() const { return file() + "-wal"; }
  void expect_refused(const std::string& sentence) {
    for (int time = 0; time < 2; ++time) {  // also at the second try
      const auto store = open(killed());
      ASSERT_FALSE(store.has_value());
      EXPECT_THAT(store.error().message, HasSubstr(sentence));
    }
  }

  TemporaryFolder live_;
};

TEST_F(KilledStore, has_all_that_was_acknowledged) {
  for (int time = 0; time < 3; ++time) {
    std::vector<std::string> said;
    const auto store = open(killed(), &said);
    ASSERT_TRUE(store.has_value()) << store.error().message;
    EXPECT_EQ((*store)->last_change()->value, 20 + time);
    EXPECT_THAT(said, testing::IsEmpty());
    write(**store, 100 + time, 1);
  }
}

TEST_F(KilledStore, is_refused_without_its_log) {
  fs::remove(log());
  expect_refused("change 20 was acknowledged, and the last that is there is 0");
}

TEST_F(KilledStore, is_refused_with_an_empty_log) {
  write_file(log(), "");
  expect_refused("its log is damaged or was removed");
}

TEST_F(KilledStore, opens_if_the_operator_removes_the_note) {
  fs::remove(log());
  fs::remove(killed() + "/last_commit");
  EXPECT_TRUE(open(killed()).has_value());
}

// Flips one bit anywhere in the log.
TEST_F(KilledStore, is_refused_with_a_damaged_log) {
  const std::string bytes = read_file(log());
  const char* asked = std::getenv("CHATREPORTS_FLIPS");
  const int flips = asked == nullptr ? 200 : std::atoi(asked);
  std::mt19937_64 random(1);
  for (int flip = 0; flip < flips; ++flip) {
    std::string damaged = bytes;
    const std::size_t at = flip < 32 ? static_cast<std::size_t>(flip) : random() % bytes.size();
    SCOPED_TRACE(at);
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
    write_file(log(), damaged);
    fs::remove(file() + "-shm");
    const auto store = open(killed());
    if (!store) {
      EXPECT_THAT(store.error().message, HasSubstr("log"));
    } else {
      ASSERT_EQ((*store)->last_change()->value, 20);
      ADD_FAILURE() << "a bit that nobody looks at";
    }
    fs::remove_all(killed());
    fs::copy(live_.data(), killed(), fs::copy_options::recursive);
  }
}

// The commit that the machine wrote when it stopped was not acknowledged.
TEST_F(KilledStore, ignores_an_unfinished_end_of_the_log) {
  const std::string bytes = read_file(log());
  write_file(log(), bytes + bytes.substr(bytes.size() - 9'000, 7'000));
  const auto store = open(killed());
  ASSERT_TRUE(store.has_value()) << store.error().message;
  EXPECT_EQ((*store)->last_change()->value, 20);
}

TEST_F(KilledStore, is_refused_if_a_backup_was_copied_beside_its_log) {
  auto database = Database::open(live_.data() + "/chatreports.sqlite");
  const std::string backup = live_.path() + "/backup";
  ASSERT_TRUE(database->execute(("VACUUM INTO '" + backup + "'").c_str()).has_value());
  const std::string bytes = read_file(backup);
  write_file(file(), bytes);
  expect_refused("its log belongs to another file");
  // The documented remedy.
  fs::remove(log());
  fs::remove(file() + "-shm");
  EXPECT_TRUE(open(killed()).has_value());
}

TEST_F(KilledStore, recognizes_an_older_backup) {
  auto database = Database::open(live_.data() + "/chatreports.sqlite");
  const std::string backup = live_.path() + "/backup";
  ASSERT_TRUE(database->execute(("VACUUM INTO '" + backup + "'").c_str()).has_value());
  {
    const auto store = open(killed());
    write(**store, 100, 5);
  }
  fs::remove(log());
  fs::remove(file() + "-shm");
  write_file(file(), read_file(backup));
  std::vector<std::string> said;
  const auto store = open(killed(), &said);
  ASSERT_TRUE(store.has_value()) << store.error().message;
  EXPECT_EQ((*store)->last_change()->value, 20);
  EXPECT_THAT(said, testing::ElementsAre(HasSubstr("its last change is 20, and was 25")));
}

TEST(DataFiles, notice_that_they_were_replaced) {
  using Change = void (*)(const std::string&);
  const Change changes[] = {
      [](const std::string& data) { fs::rename(data, data + "-away"); },
      [](const std::string& data) { fs::remove_all(data); },
      [](const std::string& data) { fs::remove(data + "/chatreports.sqlite"); },
      [](const std::string& data) { fs::remove(data + "/chatreports.sqlite-wal"); },
      [](const std::string& data) { fs::remove(data + "/access.sqlite"); },
      [](const std::string& data) {
        fs::copy(data + "/access.sqlite", data + "/copy");
        fs::rename(data + "/copy", data + "/access.sqlite");
      },
      [](const std::string& data) {
        fs::copy(data, data + "-copy", fs::copy_options::recursive);
        fs::remove_all(data);
        fs::rename(data + "-copy", data);
      }};
  for (const Change& change : changes) {
    const TemporaryFolder folder;
    const auto store = Store::open_locked(folder.data(), [](const std::string&) {});
    ASSERT_TRUE(store.has_value()) << store.error().message;
    const std::vector<chat::Record> records{chat("T1")};
    ASSERT_TRUE((*store)->write(license, records).has_value());
    EXPECT_TRUE((*store)->files()->check().has_value());
    change(folder.data());
    const std::vector<chat::Record> more{chat("T2")};
    const auto written = (*store)->write(license, more);
    ASSERT_FALSE(written.has_value());
    EXPECT_THAT(written.error().message, HasSubstr("was removed, renamed or replaced"));
    EXPECT_FALSE((*store)->files()->check().has_value());
  }
}

TEST(DataFiles, notice_a_cut_log) {
  const TemporaryFolder folder;
  {
    const auto store = Store::open_locked(folder.data(), [](const std::string&) {});
    ASSERT_TRUE(store.has_value()) << store.error().message;
    const std::vector<chat::Record> records{chat("T1")};
    ASSERT_TRUE((*store)->write(license, records).has_value());
    fs::resize_file(folder.data() + "/chatreports.sqlite-wal", 0);
    const std::vector<chat::Record> more{chat("T2")};
    EXPECT_FALSE((*store)->files()->check().has_value());
    for (int i = 0; i < 2; ++i) {
      const auto written = (*store)->write(license, more);
      ASSERT_FALSE(written.has_value());
      EXPECT_THAT(written.error().message, HasSubstr("was cut"));
    }
  }
  // The content of the log is lost, which the next start reports; the file itself is intact.
  const auto store = Store::open_locked(folder.data(), [](const std::string&) {});
  ASSERT_FALSE(store.has_value());
  EXPECT_THAT(store.error().message, testing::Not(HasSubstr("is not a file of chatreports")));
}

}  // namespace
}  // namespace chatreports::store
