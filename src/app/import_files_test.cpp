#include "app/import_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace chatreports::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Files : public ::testing::Test {
 protected:
  Files() {
    std::string name = (std::filesystem::temp_directory_path() / "import_files_XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  ~Files() override { std::filesystem::remove_all(folder_); }

  std::string make(const std::string& name) {
    const std::string path = folder_ + '/' + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << "{}";
    return path;
  }

  std::string folder_;
};

TEST_F(Files, AreTakenAsTheyAreGiven) {
  const std::string b = make("b.txt");
  const std::string a = make("a.json");
  const ImportFiles files = files_of({b, "-", a, folder_ + "/missing"});
  EXPECT_THAT(files.files, ElementsAre(b, "-", a, folder_ + "/missing"));
  EXPECT_THAT(files.notes, IsEmpty());
  EXPECT_THAT(files.errors, IsEmpty());
}

TEST_F(Files, OfAFolderAreSortedAndHaveRecords) {
  make("pages/10.json");
  make("pages/2.ndjson.gz");
  make("pages/1.zip");
  make("pages/within/3.json");
  make("pages/.hidden.json");
  make("pages/notes.txt");
  const std::string pages = folder_ + "/pages";
  const ImportFiles files = files_of({"-", pages});
  EXPECT_THAT(files.files,
              ElementsAre("-", pages + "/1.zip", pages + "/10.json", pages + "/2.ndjson.gz"));
  ASSERT_EQ(files.notes.size(), 1U);
  EXPECT_TRUE(files.notes[0].ends_with(" and 2 more in it were not read, because of their names"))
      << files.notes[0];
  EXPECT_THAT(files.errors, IsEmpty());
}

TEST_F(Files, OfAFolderWithoutRecordsAreAnError) {
  make("pages/notes.txt");
  const ImportFiles files = files_of({folder_ + "/pages"});
  EXPECT_THAT(files.files, IsEmpty());
  ASSERT_EQ(files.errors.size(), 1U);
  EXPECT_TRUE(
      files.errors[0].message.starts_with("the folder " + folder_ + "/pages holds no file"));
  EXPECT_FALSE(can_open_any(files));
}

TEST_F(Files, HaveASizeUnlessOneIsMissing) {
  const std::string a = make("a.json");
  EXPECT_EQ(bytes_of({{a, a}, {}, {}}), 4U);
  EXPECT_EQ(bytes_of({{a, folder_ + "/missing"}, {}, {}}), 0U);
}

}  // namespace
}  // namespace chatreports::app
