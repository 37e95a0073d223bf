#include "store/restore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <vector>

#include "store/data_folder.h"
#include "store/folder_lock.h"
#include "store/schema.h"
#include "store/temporary_folder_test.h"

namespace chatreports::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

using Files = std::map<std::string, std::string>;

const Files former{{"access.sqlite", "old tokens"},
                   {"chatreports.sqlite", "old store"},
                   {"chatreports.sqlite-shm", "old index"},
                   {"chatreports.sqlite-wal", "old log"},
                   {"last_commit", "old note"}};
const Files copy{{"access.sqlite", "new tokens"}, {"chatreports.sqlite", "new store"}};

void write_files(const fs::path& folder, const Files& files) {
  fs::create_directories(folder);
  for (const auto& [name, text] : files) std::ofstream(folder / name) << text;
}

Files files_in(const fs::path& folder) {
  Files files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path());
    files[entry.path().filename()] = {std::istreambuf_iterator<char>(file), {}};
  }
  files.erase("lock");
  return files;
}

class Restore : public testing::Test {
 protected:
  fs::path data() const { return folder_.data(); }
  fs::path ready() const { return data() / ready_restore; }
  fs::path kept() const { return data() / "before_restore.1"; }

  TemporaryFolder folder_;
};

TEST_F(Restore, puts_the_copy_into_the_place_of_the_files_and_keeps_them) {
  write_files(data(), former);
  write_files(data() / "engine", {{"manifest", "old"}, {"00000001", "old"}, {"letter", "Dear"}});
  write_files(ready(), copy);
  EXPECT_EQ(replace_by_copy(folder_.data()), kept().string());
  EXPECT_EQ(files_in(data()), copy);
  EXPECT_EQ(files_in(kept()), former);
  EXPECT_EQ(files_in(data() / "engine"), (Files{{"letter", "Dear"}}));
  EXPECT_FALSE(fs::exists(ready()));
  EXPECT_EQ(replace_by_copy(folder_.data()), "");
}

TEST_F(Restore, takes_the_next_number_for_what_it_keeps) {
  for (const char* const name : {"before_restore.1", "before_restore.2"}) {
    write_files(data(), former);
    write_files(ready(), copy);
    EXPECT_EQ(replace_by_copy(folder_.data()), (data() / name).string());
  }
}

TEST_F(Restore, keeps_no_files_that_the_lock_alone_has_made) {
  const auto lock = FolderLock::acquire(folder_.data(), "test");
  ASSERT_TRUE(lock.has_value());
  write_files(ready(), copy);
  EXPECT_EQ(replace_by_copy(folder_.data()), "");
  EXPECT_EQ(files_in(data()), copy);
  EXPECT_FALSE(fs::exists(kept()));
}

TEST_F(Restore, goes_on_after_a_kill_at_each_step) {
  using Step = std::function<void()>;
  std::vector<Step> steps{[this] { fs::create_directory(ready() / "former"); }};
  for (const auto& [name, text] : former) {
    steps.emplace_back([this, name] { fs::rename(data() / name, ready() / "former" / name); });
  }
  for (const auto& [name, text] : copy) {
    steps.emplace_back([this, name] { fs::rename(ready() / name, data() / name); });
  }
  for (std::size_t done = 0; done <= steps.size(); ++done) {
    SCOPED_TRACE(done);
    fs::remove_all(data());
    write_files(data(), former);
    write_files(ready(), copy);
    std::ofstream(ready() / "lock") << "";
    for (std::size_t step = 0; step < done; ++step) steps[step]();

    const auto opened = open_database(folder_.data(), facts_schema());
    ASSERT_FALSE(opened.has_value());
    EXPECT_THAT(opened.error().message, HasSubstr("chatreports restore --data " + folder_.data()));
    EXPECT_FALSE(refuse_foreign_folder(folder_.data()).has_value());
    EXPECT_FALSE(require_data_folder(folder_.data()).has_value());

    // It makes a missing store.
    const auto lock = FolderLock::acquire(folder_.data(), "test");
    ASSERT_TRUE(lock.has_value()) << lock.error().message;
    const auto replaced = replace_by_copy(folder_.data());
    ASSERT_TRUE(replaced.has_value()) << replaced.error().message;
    EXPECT_EQ(files_in(data()), copy);
    EXPECT_EQ(files_in(kept()), former);
    EXPECT_FALSE(fs::exists(ready()));
    EXPECT_TRUE(refuse_half_restored(folder_.data()).has_value());
  }
}

}  // namespace
}  // namespace chatreports::store
