#include "store/copy_data_files.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "store/data_folder.h"
#include "store/schema.h"
#include "store/sqlite.h"
#include "store/store.h"
#include "store/temporary_folder_test.h"
#include "store/tokens.h"

namespace chatreports::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr LicenseId license{1};

std::vector<chat::Record> chats(int first, int count) {
  std::vector<chat::Record> records;
  for (int number = first; number < first + count; ++number) {
    chat::ChatRecord chat;
    chat.thread_id = fmt::format("thread {}", number);
    chat.thread.from_chat_record = true;
    chat.thread.started_at = from_unix_microseconds(number);
    chat.thread.tags = {fmt::format("{}{}", number, std::string(1'500, 't'))};
    records.emplace_back(std::move(chat));
  }
  return records;
}

class CopyDataFiles : public testing::Test {
 protected:
  void SetUp() override {
    store_ = open();
    tokens_ = *Tokens::open(folder_.data());
    write(0, 50);
    store_.reset();
    store_ = open();
    write(50, 50);  // in the log
    ASSERT_TRUE(tokens_->create({.license = license, .scopes = {Scope::reports_read}}).has_value());
    fs::create_directory(copy());
  }

  std::unique_ptr<Store> open() {
    auto store = Store::open_locked(folder_.data(), [](const std::string&) {});
    if (!store) throw std::runtime_error(store.error().message);
    return std::move(*store);
  }
  void write(int first, int count) {
    ASSERT_TRUE(store_->write(license, chats(first, count)).has_value());
  }
  std::string copy() const { return folder_.path() + "/copy"; }
  Result<void> make_copy() {
    return copy_data_files(folder_.data(), copy(),
                           [](std::uint64_t, std::uint64_t) { return Result<void>(); });
  }
  static std::size_t facts_in(const std::string& folder) {
    const auto store = Store::open_for_reading(folder);
    if (!store) throw std::runtime_error(store.error().message);
    std::size_t facts = 0;
    EXPECT_TRUE((*store)
                    ->replay({}, 1'000,
                             [&](std::span<const chat::Change> changes) {
                               facts += changes.size();
                               return Result<void>();
                             })
                    .has_value());
    return facts;
  }
  static std::set<std::string> names_in(const std::string& folder) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename());
    return names;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Tokens> tokens_;
};

TEST_F(CopyDataFiles, has_what_is_still_in_the_log) {
  ASSERT_GT(fs::file_size(folder_.data() + "/chatreports.sqlite-wal"), 0u);
  const auto done = make_copy();
  ASSERT_TRUE(done.has_value()) << done.error().message;
  EXPECT_EQ(facts_in(copy()), 100u);
  const auto tokens = Tokens::open(copy());
  ASSERT_TRUE(tokens.has_value());
  EXPECT_EQ((*tokens)->list(), tokens_->list());
}

TEST_F(CopyDataFiles, makes_two_files_for_their_owner_alone_which_readers_leave_alone) {
  ASSERT_TRUE(make_copy().has_value());
  const std::set<std::string> both{"access.sqlite", "chatreports.sqlite"};
  EXPECT_EQ(names_in(copy()), both);
  for (const std::string& name : both) {
    struct stat status{};
    ASSERT_EQ(::stat((copy() + "/" + name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777u, 0600u);
  }
  EXPECT_EQ(facts_in(copy()), 100u);
  EXPECT_EQ(names_in(copy()), both);
}

TEST_F(CopyDataFiles, is_of_one_moment_and_ends_while_others_write) {
  write(100, 6'000);
  int written = 10'000;
  const auto done =
      copy_data_files(folder_.data(), copy(), [&](std::uint64_t bytes, std::uint64_t all_bytes) {
        if (all_bytes > 1'000'000 && bytes < all_bytes) {
          write(written, 10);
          written += 10;
          EXPECT_LT(written, 11'000) << "it begins again at each write";
        }
        return Result<void>();
      });
  ASSERT_TRUE(done.has_value()) << done.error().message;
  EXPECT_GT(written, 10'000);
  EXPECT_EQ(facts_in(copy()), 6'100u);
  EXPECT_EQ(facts_in(folder_.data()), 6'100u + static_cast<std::size_t>(written - 10'000));
}

TEST_F(CopyDataFiles, lets_nobody_change_tokens_between_its_two_moments) {
  auto database = open_database(folder_.data(), access_schema());
  ASSERT_TRUE(database.has_value());
  database->set_patience(std::chrono::milliseconds(0));
  std::vector<bool> could_be_written;
  ASSERT_TRUE(copy_data_files(folder_.data(), copy(), [&](std::uint64_t, std::uint64_t) {
                could_be_written.push_back(
                    database->execute("UPDATE tokens SET license = license").has_value());
                return Result<void>();
              }).has_value());
  ASSERT_GE(could_be_written.size(), 2u);
  EXPECT_FALSE(could_be_written.front());
  EXPECT_TRUE(could_be_written.back());
}

TEST_F(CopyDataFiles, ends_with_the_error_of_the_caller) {
  const auto done = copy_data_files(folder_.data(), copy(), [](std::uint64_t, std::uint64_t) {
    return Result<void>(failed("enough"));
  });
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().message, "enough");
}

TEST_F(CopyDataFiles, misses_what_was_acknowledged) {
  store_->leave_log();
  fs::copy(folder_.data(), folder_.path() + "/killed", fs::copy_options::recursive);
  fs::remove(folder_.path() + "/killed/chatreports.sqlite-wal");
  const auto done = copy_data_files(folder_.path() + "/killed", copy(),
                                    [](std::uint64_t, std::uint64_t) { return Result<void>(); });
  ASSERT_FALSE(done.has_value());
  EXPECT_THAT(done.error().message, HasSubstr("was acknowledged"));
}

TEST_F(CopyDataFiles, refuses_a_folder_without_one_of_the_files) {
  tokens_.reset();
  fs::remove(folder_.data() + "/access.sqlite");
  const auto done = make_copy();
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().message, folder_.data() + "/access.sqlite is missing");
}

}  // namespace
}  // namespace chatreports::store
