#include "store/folder_lock.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>

#include "store/data_folder.h"
#include "store/temporary_folder_test.h"

namespace chatreports::store {
namespace {

using testing::HasSubstr;

mode_t mode_of(const std::string& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777u;
}

TEST(FolderLock, makes_the_folder_for_its_owner_alone) {
  const TemporaryFolder folder;
  const auto lock = FolderLock::acquire(folder.path() + "/deep/data/", "chatreports serve");
  ASSERT_TRUE(lock.has_value()) << lock.error().message;
  EXPECT_EQ(mode_of(folder.path() + "/deep"), 0700u);
  EXPECT_EQ(mode_of(folder.path() + "/deep/data"), 0700u);
  EXPECT_EQ(mode_of(folder.path() + "/deep/data/lock"), 0600u);
}

TEST(FolderLock, names_its_holder_to_a_second_one) {
  const TemporaryFolder folder;
  const auto first = FolderLock::acquire(folder.data(), "chatreports serve");
  ASSERT_TRUE(first.has_value());
  const auto second = FolderLock::acquire(folder.data(), "chatreports import");
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::in_use);
  EXPECT_THAT(second.error().message,
              HasSubstr(fmt::format("{} is in use by chatreports serve (process {})", folder.data(),
                                    ::getpid())));
}

TEST(FolderLock, is_free_when_its_holder_is_gone) {
  const TemporaryFolder folder;
  {
    ASSERT_TRUE(FolderLock::acquire(folder.data(), "a much longer purpose").has_value());
  }
  auto lock = FolderLock::acquire(folder.data(), "import");
  ASSERT_TRUE(lock.has_value());
  const FolderLock moved = std::move(*lock);
  const auto second = FolderLock::acquire(folder.data(), "x");
  ASSERT_FALSE(second.has_value());
  EXPECT_THAT(second.error().message, HasSubstr("import (process"));
  EXPECT_THAT(second.error().message, testing::Not(HasSubstr("purpose")));
}

TEST(FolderLock, holds_if_the_file_is_removed) {
  const TemporaryFolder folder;
  const auto first = FolderLock::acquire(folder.data(), "chatreports serve");
  ASSERT_TRUE(first.has_value());
  ASSERT_TRUE(std::filesystem::remove(folder.data() + "/lock"));
  const auto second = FolderLock::acquire(folder.data(), "chatreports import");
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::in_use);
}

TEST(FolderLock, is_free_when_its_process_was_killed) {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = FolderLock::acquire(folder.data(), "serve");
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_TRUE(FolderLock::acquire(folder.data(), "serve").has_value());
}

TEST(FolderLock, names_nobody_if_the_file_names_nobody) {
  const TemporaryFolder folder;
  const auto first = FolderLock::acquire(folder.data(), "serve");
  for (const std::string text : {"", "rubbish", "12x serve", " serve"}) {
    std::ofstream(folder.data() + "/lock", std::ios::trunc) << text;
    const auto second = FolderLock::acquire(folder.data(), "import");
    ASSERT_FALSE(second.has_value());
    EXPECT_THAT(second.error().message, HasSubstr("is in use by another process;")) << text;
  }
}

TEST(DataFolder, says_what_is_in_the_way) {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "/file";
  std::ofstream(file) << "x";
  const auto is_file = prepare_data_folder(file);
  ASSERT_FALSE(is_file.has_value());
  EXPECT_THAT(is_file.error().message, HasSubstr(file + " is a file, not a folder"));
  const auto below_file = prepare_data_folder(file + "/data");
  ASSERT_FALSE(below_file.has_value());
  EXPECT_THAT(below_file.error().message, HasSubstr(file + " is a file, not a folder"));
  const auto impossible = prepare_data_folder("/proc/chatreports");
  ASSERT_FALSE(impossible.has_value());
  EXPECT_THAT(impossible.error().message, HasSubstr("/proc/chatreports cannot be made"));
  EXPECT_FALSE(prepare_data_folder("").has_value());
  EXPECT_FALSE(prepare_data_folder(std::string("a\0b", 3)).has_value());
}

TEST(DataFolder, says_that_it_may_not_be_written) {
  const TemporaryFolder folder;
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  ASSERT_EQ(::mkdir(folder.data().c_str(), 0755), 0);
  const pid_t child = ::fork();
  if (child == 0) {  // as somebody else, because a superuser may write everything
    if (::geteuid() == 0 && ::setuid(65'534) != 0) ::_exit(2);
    if (::geteuid() != 65'534) ::chmod(folder.data().c_str(), 0555);
    const auto prepared = prepare_data_folder(folder.data());
    ::_exit(!prepared && prepared.error().message.find("cannot be written") != std::string::npos
                ? 0
                : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace chatreports::store
