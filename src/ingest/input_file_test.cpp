#include "ingest/input_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <minizip/zip.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "base/gzip.h"

namespace chatreports::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

struct Visited {
  std::vector<std::pair<std::string, std::string>> streams;  // name and bytes, or the error
  std::uint64_t consumed = 0;
  Result<PassedOver> result;
};

std::string text_of(ByteSource& source) {
  std::string text;
  std::string buffer(1'000, '\0');
  while (true) {
    const auto got = source.read(buffer);
    if (!got) return text + "!" + got.error().message;
    if (*got == 0) return text;
    text.append(buffer, 0, *got);
  }
}

class InputFile : public ::testing::Test {
 protected:
  InputFile() {
    std::string name = (std::filesystem::temp_directory_path() / "input_file_XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  ~InputFile() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, std::string_view bytes) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  using Members = std::vector<std::pair<std::string, std::string>>;
  std::string zip(const Members& members, int level = 6) {
    std::string path = (folder_ / "archive.zip").string();
    std::filesystem::remove(path);
    const zipFile archive = zipOpen64(path.c_str(), APPEND_STATUS_CREATE);
    EXPECT_NE(archive, nullptr);
    for (const auto& [name, text] : members) {
      zip_fileinfo info{};
      EXPECT_EQ(zipOpenNewFileInZip64(archive, name.c_str(), &info, nullptr, 0, nullptr, 0, nullptr,
                                      level == 0 ? 0 : Z_DEFLATED, level, 0),
                ZIP_OK);
      EXPECT_EQ(zipWriteInFileInZip(archive, text.data(), static_cast<unsigned>(text.size())),
                ZIP_OK);
      EXPECT_EQ(zipCloseFileInZip(archive), ZIP_OK);
    }
    EXPECT_EQ(zipClose(archive, nullptr), ZIP_OK);
    return path;
  }

  // Replaces bytes of the archive, everywhere.
  static void replace(const std::string& path, const std::string& from, const std::string& to) {
    std::ostringstream read;
    read << std::ifstream(path, std::ios::binary).rdbuf();
    std::string bytes = read.str();
    for (std::size_t at = bytes.find(from); at != bytes.npos; at = bytes.find(from, at + 1)) {
      bytes.replace(at, from.size(), to);
    }
    std::ofstream(path, std::ios::binary) << bytes;
  }

  static Visited visit(const std::string& path, std::size_t most = 100) {
    Visited visited;
    visited.result = visit_streams(path, [&](const std::string& name, ByteSource& source) {
      visited.streams.emplace_back(name, text_of(source));
      visited.consumed = source.bytes_consumed();
      return visited.streams.size() < most;
    });
    return visited;
  }

  std::filesystem::path folder_;
};

TEST_F(InputFile, IsOneStreamUnlessItIsAnArchive) {
  const std::string path = file("records", "{}\n");
  const Visited visited = visit(path);
  EXPECT_THAT(visited.streams, ElementsAre(Pair(path, "{}\n")));
  ASSERT_TRUE(visited.result.has_value());
  EXPECT_EQ(visited.result->count, 0U);
  EXPECT_FALSE(visit(path + ".missing").result.has_value());
}

TEST_F(InputFile, AnArchiveHasAStreamForEachMemberWithRecords) {
  for (const int level : {0, 6}) {
    const std::string path = zip({{"pages/", ""},
                                  {"pages/2.json", "two"},
                                  {"readme.txt", "read me"},
                                  {"1.NDJSON.GZ", gzip("one")},
                                  {"__MACOSX/._1.json", "resources"},
                                  {"empty.jsonl", ""}},
                                 level);
    const Visited visited = visit(path);
    EXPECT_THAT(visited.streams,
                ElementsAre(Pair(path + "/pages/2.json", "two"), Pair(path + "/1.NDJSON.GZ", "one"),
                            Pair(path + "/empty.jsonl", "")));
    ASSERT_TRUE(visited.result.has_value());
    EXPECT_EQ(visited.result->count, 2U);
    EXPECT_EQ(visited.result->first, "readme.txt");
    EXPECT_EQ(visit(path, 1).streams.size(), 1U);
  }
}

TEST_F(InputFile, LargeMembersAreReadAsStreams) {
  std::string large;
  for (int line = 0; line < 300'000; ++line) large += "{\"line\":" + std::to_string(line) + "}\n";
  const std::string path = zip({{"a.json", large}, {"b.json", large}});
  const Visited visited = visit(path);
  ASSERT_EQ(visited.streams.size(), 2U);
  EXPECT_TRUE(visited.streams[0].second == large);
  EXPECT_TRUE(visited.streams[1].second == large);
  const auto size = std::filesystem::file_size(path);
  EXPECT_LE(visited.consumed, size);
  EXPECT_GT(visited.consumed, size - 1'000);
}

TEST_F(InputFile, ADamagedMemberIsNamedAndEndsTheArchive) {
  const std::string path = zip({{"a.json", "first"}, {"b.json", "second"}, {"c.json", "third"}}, 0);
  replace(path, "second", "2econd");
  const Visited visited = visit(path);
  EXPECT_TRUE(visited.result.has_value());
  EXPECT_THAT(visited.streams,
              ElementsAre(Pair(path + "/a.json", "first"),
                          Pair(path + "/b.json", HasSubstr("!" + path +
                                                           ": the file b.json in the zip archive "
                                                           "is damaged; those after it are not "
                                                           "read"))));
}

TEST_F(InputFile, AnArchiveThatWasCutShortIsDamaged) {
  const std::string path = zip({{"a.json", "first"}, {"b.json", "second"}});
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 30);
  const Visited visited = visit(path);
  EXPECT_THAT(visited.streams, IsEmpty());
  ASSERT_FALSE(visited.result.has_value());
  EXPECT_THAT(visited.result.error().message, HasSubstr(path + ": the zip archive is damaged"));
}

TEST_F(InputFile, AMemberThatEndsTooEarlyIsDamaged) {
  const std::string path = zip({{"a.json", std::string(100'000, 'x')}});
  // The size in the list of members; 100,000 is 0x0186a0.
  replace(path, std::string("\xa0\x86\x01\0", 4), std::string("\xa1\x86\x01\0", 4));
  EXPECT_THAT(
      visit(path).streams,
      ElementsAre(Pair(path + "/a.json", HasSubstr("a.json in the zip archive is damaged"))));
}

TEST_F(InputFile, OtherWaysOfPackingAreRefused) {
  const std::string path = zip({{"a.json", "text"}}, 0);
  // In the list of members: version 20, flags 0, method 0. Method 14 is LZMA.
  replace(path, std::string("\x14\0\0\0\0\0", 6), std::string("\x14\0\0\0\x0e\0", 6));
  EXPECT_THAT(visit(path).streams,
              ElementsAre(Pair(path + "/a.json", HasSubstr("(number 14) that is not supported"))));
  replace(path, std::string("\x14\0\0\0\x0e\0", 6), std::string("\x14\0\x01\0\0\0", 6));
  EXPECT_THAT(visit(path).streams, ElementsAre(Pair(path + "/a.json", HasSubstr("is encrypted"))));
}

TEST_F(InputFile, AnArchiveWithoutRecordsIsRefused) {
  for (const Members& members : {Members{{"letter.txt", "Dear"}}, Members{{"a/", ""}}}) {
    const Visited visited = visit(zip(members));
    EXPECT_THAT(visited.streams, IsEmpty());
    ASSERT_FALSE(visited.result.has_value());
    EXPECT_THAT(visited.result.error().message, HasSubstr("the zip archive holds no file *.json"));
  }
  const std::string empty = zip({});
  EXPECT_THAT(visit(empty).streams,
              ElementsAre(Pair(empty, "!" + empty + ": it is an empty zip archive")));
}

TEST_F(InputFile, AMemberThatIsNoJsonIsNamedAndTheOthersAreRead) {
  const std::string path = zip({{"a.json", "id,agent\n1,ann\n"}, {"b.json", "{}"}});
  EXPECT_THAT(
      visit(path).streams,
      ElementsAre(
          Pair(path + "/a.json",
               "!" + path +
                   "/a.json: it is a table (CSV), not JSON; see --mapping of chatreports import"),
          Pair(path + "/b.json", "{}")));
}

TEST(NamesOfRecords, EndInOneOfTheForms) {
  for (const char* name : {"a.json", "a/b.NDJSON", "x.jsonl", "x.json.gz", "x.zst"}) {
    EXPECT_TRUE(has_name_of_records(name)) << name;
  }
  for (const char* name :
       {"", ".json", "a/.json", "a/._b.json", "json", "a.zip", "a.csv", "a.json/"}) {
    EXPECT_FALSE(has_name_of_records(name)) << name;
  }
  EXPECT_TRUE(has_name_of_archive("a/b.ZIP"));
  EXPECT_FALSE(has_name_of_archive(".zip"));
}

}  // namespace
}  // namespace chatreports::ingest
