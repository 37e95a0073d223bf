// Faults of the file: no write may be partial, and the message must help.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "store/sqlite.h"
#include "store/sqlite_error.h"
#include "store/store.h"
#include "store/temporary_folder_test.h"

namespace chatreports::store {
namespace {

using testing::HasSubstr;

constexpr LicenseId license{1};

std::unique_ptr<Store> open(const TemporaryFolder& folder) {
  auto store = Store::open(folder.data());
  if (!store) throw std::runtime_error(store.error().message);
  return std::move(*store);
}

std::string file_of(const TemporaryFolder& folder) {
  return folder.data() + "/chatreports.sqlite";
}

std::vector<chat::Record> chats(int first, int count) {
  std::vector<chat::Record> records;
  for (int number = first; number < first + count; ++number) {
    chat::ChatRecord chat;
    chat.thread_id = fmt::format("thread {}", number);
    chat.thread.from_chat_record = true;
    chat.thread.started_at = from_unix_microseconds(number);
    chat.thread.tags = {std::string(1'000, 't')};
    records.emplace_back(std::move(chat));
  }
  return records;
}

Result<std::size_t> threads_in(Store& store) {
  std::size_t threads = 0;
  auto done = store.replay({}, 100, [&](std::span<const chat::Change> changes) {
    threads += changes.size();
    return Result<void>();
  });
  if (!done) return std::unexpected(done.error());
  return threads;
}

// Limits the size of each file of this process to `bytes` while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

void expect_that_a_full_disk_takes_the_whole_write_back(bool is_importing) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  ASSERT_TRUE(!is_importing || store->begin_import(100).has_value());
  ASSERT_TRUE(store->write(license, chats(0, 10)).has_value());
  const auto before = store->last_change();
  int failures = 0;
  // Each limit lets more of the write through, until all of it fits.
  for (rlim_t limit = 64 << 10;; limit += 96 << 10) {
    const auto written = [&] {
      const FileSizeLimit full(limit);
      return store->write(license, chats(10, 1'000));
    }();
    if (written) break;
    ++failures;
    EXPECT_EQ(written.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(written.error().message, HasSubstr("there is no space left to write"));
    EXPECT_EQ(store->last_change(), before);
    EXPECT_EQ(threads_in(*store), 10u);
    EXPECT_EQ(threads_in(*open(folder)), 10u);
  }
  EXPECT_GT(failures, 3);
  EXPECT_EQ(threads_in(*store), 1'010u);
  EXPECT_EQ(threads_in(*open(folder)), 1'010u);
  EXPECT_EQ(store->write(license, chats(0, 1'010))->unchanged, 1'010u);
  EXPECT_EQ(open(folder)->write(license, chats(0, 1'010))->unchanged, 1'010u);
}

TEST(StoreFaults, a_full_disk_undoes_the_whole_write) {
  expect_that_a_full_disk_takes_the_whole_write_back(false);
}

TEST(StoreFaults, a_full_disk_undoes_the_whole_write_of_an_import) {
  expect_that_a_full_disk_takes_the_whole_write_back(true);
}

// Strings that a failed write has added to the table are gone with it.
TEST(StoreFaults, strings_of_a_failed_write_are_rolled_back) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  const auto tagged = [](const std::string& tag) {
    std::vector<chat::Record> records = chats(0, 200);
    for (chat::Record& record : records) std::get<chat::ChatRecord>(record).thread.tags = {tag};
    return records;
  };
  {
    std::vector<chat::Record> too_many = tagged("the first to be met often");
    const std::vector<chat::Record> large = chats(1'000, 1'000);
    too_many.insert(too_many.end(), large.begin(), large.end());
    const FileSizeLimit full(600 << 10);
    ASSERT_FALSE(store->write(license, too_many).has_value());
  }
  ASSERT_TRUE(store->write(license, tagged("the second")).has_value());
  std::size_t seen = 0;
  const auto done = open(folder)->replay({}, 100, [&](std::span<const chat::Change> changes) {
    for (const chat::Change& change : changes) {
      EXPECT_THAT(std::get<chat::ThreadChange>(change.what).facts.tags,
                  testing::ElementsAre("the second"));
      ++seen;
    }
    return Result<void>();
  });
  EXPECT_TRUE(done.has_value());
  EXPECT_EQ(seen, 200u);
  auto database = Database::open(file_of(folder));
  EXPECT_EQ(database->integer("SELECT count(*) FROM strings"), 1);
}

TEST(StoreFaults, a_disk_that_is_full_from_the_beginning_is_reported) {
  const TemporaryFolder folder;
  const auto store = [&] {
    const FileSizeLimit full(0);
    return Store::open(folder.data());
  }();
  ASSERT_FALSE(store.has_value());
  EXPECT_NE(store.error().message, "");
  EXPECT_TRUE(Store::open(folder.data()).has_value());
}

TEST(StoreFaults, acknowledged_records_outlive_a_kill) {
  const TemporaryFolder folder;
  {
    open(folder);
  }
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = Store::open(folder.data());
    for (int batch = 0; store.has_value(); ++batch) {
      if (!(*store)->write(license, chats(batch * 10, 10))) ::_exit(1);
      if (::write(pipe[1], "w", 1) != 1) ::_exit(1);
    }
    ::_exit(1);
  }
  ::close(pipe[1]);
  std::size_t acknowledged = 0;
  for (char byte = 0; acknowledged < 20 && ::read(pipe[0], &byte, 1) == 1;) ++acknowledged;
  ::kill(child, SIGKILL);
  for (char byte = 0; ::read(pipe[0], &byte, 1) == 1;) ++acknowledged;
  ::close(pipe[0]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  const auto threads = threads_in(*open(folder));
  ASSERT_TRUE(threads.has_value());
  EXPECT_EQ(*threads % 10, 0u);  // a batch is complete or absent
  EXPECT_GE(*threads, acknowledged * 10);
  EXPECT_LE(*threads, acknowledged * 10 + 10);
}

std::vector<chat::Record> goal_of(const chat::Record& record) {
  const std::string& thread_id = std::get<chat::ChatRecord>(record).thread_id;
  return {chat::AchievementRecord{chat::AchievementKind::goal, thread_id, 7, std::nullopt}};
}

TEST(StoreFaults, a_record_that_cannot_be_read_is_named) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  ASSERT_TRUE(store->write({4'711}, chats(0, 3)).has_value());
  {
    auto database = Database::open(file_of(folder));
    ASSERT_TRUE(database->execute("UPDATE threads SET record = x'01ff' WHERE thread_number = 2"));
  }
  const auto expected = "is damaged: the record of a thread of licence 4711 (row 2 of threads)";
  EXPECT_EQ(threads_in(*store), 2u);
  EXPECT_TRUE(store->damage().licenses.contains({4'711}));
  const auto written = store->write({4'711}, goal_of(chats(1, 1)[0]));
  ASSERT_FALSE(written.has_value());
  EXPECT_THAT(written.error().message, HasSubstr(expected));
  EXPECT_TRUE(store->write({4'711}, chats(10, 1)).has_value());
  // Also before the index is complete.
  {
    auto database = Database::open(file_of(folder));
    ASSERT_TRUE(
        database->execute("DELETE FROM row_index; "
                          "UPDATE counters SET value = 0, checksum = row_checksum(10, name, 0) "
                          "WHERE name = 'indexed'"));
  }
  EXPECT_EQ(open(folder)->write({4'711}, chats(10, 2))->written, 1u);
}

// Its entries in the index are undone, and so are ids of earlier writes among them.
TEST(StoreFaults, a_failed_write_of_an_import_loses_no_id) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  ASSERT_TRUE(store->begin_import(50).has_value());
  ASSERT_TRUE(store->write(license, chats(0, 10)).has_value());
  {
    auto database = Database::open(file_of(folder));
    ASSERT_TRUE(database->execute("UPDATE threads SET record = x'01ff' WHERE thread_number = 1"));
  }
  std::vector<chat::Record> records = chats(10, 200);
  records.push_back(goal_of(chats(0, 1)[0])[0]);
  EXPECT_FALSE(store->write(license, records).has_value());
  EXPECT_EQ(store->write(license, chats(1, 9))->unchanged, 9u);
}

// Overwrites each page of the file in turn: the store then gives an answer or an error.
TEST(StoreFaults, a_damaged_file_never_crashes) {
  const TemporaryFolder folder;
  {
    const auto store = open(folder);
    ASSERT_TRUE(store->write(license, chats(0, 200)).has_value());
  }
  std::ifstream original(file_of(folder), std::ios::binary);
  const std::string good(std::istreambuf_iterator<char>(original), {});
  ASSERT_GT(good.size(), 20 * 4'096u);
  int errors = 0;
  for (std::size_t page = 0; page < good.size() / 4'096; ++page) {
    std::string bad = good;
    for (std::size_t place = 0; place < 4'096; ++place) {
      bad[page * 4'096 + place] = static_cast<char>((place * 31 + page * 17) % 251);
    }
    std::ofstream(file_of(folder), std::ios::binary | std::ios::trunc) << bad;
    std::filesystem::remove(file_of(folder) + "-wal");
    std::filesystem::remove(file_of(folder) + "-shm");
    auto store = Store::open(folder.data());
    if (!store) {
      ++errors;
      continue;
    }
    if (!threads_in(**store)) ++errors;
    if (!(*store)->write(license, chats(100, 200))) ++errors;
  }
  EXPECT_GT(errors, 10);
}

TEST(StoreFaults, every_code_has_its_sentence) {
  const auto message = [](int code, int system_error = 0) {
    return sqlite_error(code, system_error, "/data/x.sqlite", "detail").message;
  };
  EXPECT_THAT(message(5), HasSubstr("is being written by another process; try again"));
  EXPECT_THAT(message(7), HasSubstr("not enough memory"));
  EXPECT_THAT(message(8), HasSubstr("cannot be written"));
  EXPECT_THAT(message(10, EIO), HasSubstr("Input/output error"));
  EXPECT_THAT(message(10, EDQUOT), HasSubstr("no space left"));
  EXPECT_THAT(message(11), HasSubstr("is damaged: detail; restore it from a backup"));
  EXPECT_THAT(message(13), HasSubstr("no space left"));
  EXPECT_THAT(message(14, EACCES), HasSubstr("cannot be opened (Permission denied)"));
  EXPECT_THAT(message(26), HasSubstr("is not a file of chatreports"));
  EXPECT_THAT(message(21), HasSubstr("could not be used: detail"));
  EXPECT_EQ(sqlite_error(5, 0, "", "").kind, ErrorKind::unavailable);
  EXPECT_EQ(sqlite_error(11, 0, "", "").kind, ErrorKind::failed);
  EXPECT_EQ(sqlite_error(26, 0, "", "").kind, ErrorKind::failed);
}

TEST(StoreFaults, waiting_for_another_writer_ends_in_an_error) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  store->set_patience(std::chrono::milliseconds(1));
  auto other = Database::open(file_of(folder));
  ASSERT_TRUE(other->execute("BEGIN IMMEDIATE").has_value());
  const auto written = store->write(license, chats(0, 1));
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(threads_in(*store), 0u);
  ASSERT_TRUE(other->execute("ROLLBACK").has_value());
  EXPECT_TRUE(store->write(license, chats(0, 1)).has_value());
}

}  // namespace
}  // namespace chatreports::store
