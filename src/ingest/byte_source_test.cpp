#include "ingest/byte_source.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/gzip.h"
#include "base/noise_test.h"

namespace chatreports::ingest {
namespace {

using ::testing::HasSubstr;

struct Contents {
  std::string bytes;
  std::optional<Error> error;
};

Contents read_to_end(ByteSource& source, std::size_t step = 1'000) {
  Contents contents;
  std::string buffer(step, '\0');
  while (true) {
    const auto got = source.read(buffer);
    if (!got) {
      contents.error = got.error();
      return contents;
    }
    if (*got == 0) return contents;
    contents.bytes.append(buffer, 0, *got);
  }
}

Contents contents_of(std::string_view bytes, std::size_t step = 1'000) {
  const auto source = open_memory(bytes);
  return read_to_end(*source, step);
}

class ByteSourceFiles : public ::testing::Test {
 protected:
  ByteSourceFiles() {
    std::string name = (std::filesystem::temp_directory_path() / "byte_source_XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  ~ByteSourceFiles() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, std::string_view bytes) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  std::filesystem::path folder_;
};

TEST(ByteSource, PlainBytesAreUnchanged) {
  EXPECT_EQ(contents_of("").bytes, "");
  EXPECT_EQ(contents_of("x").bytes, "x");
  EXPECT_EQ(contents_of("\x1f").bytes, "\x1f");
  EXPECT_EQ(contents_of("\x1fx").bytes, "\x1fx");
  const std::string text = noise(700'000);
  EXPECT_EQ(contents_of(text, 1'234).bytes, text);
  EXPECT_FALSE(contents_of(text).error.has_value());
}

TEST(ByteSource, GzipIsUnpacked) {
  const std::string text = noise(700'000) + std::string(5'000'000, 'a');
  const Contents contents = contents_of(gzip(text), 4'096);
  EXPECT_FALSE(contents.error.has_value());
  EXPECT_TRUE(contents.bytes == text);
  EXPECT_EQ(contents_of(gzip("")).bytes, "");
  EXPECT_FALSE(contents_of(gzip("")).error.has_value());
}

TEST(ByteSource, MembersInARowAreOneStream) {
  const Contents contents = contents_of(gzip("one ") + gzip("") + gzip("two ") + gzip("three"), 3);
  EXPECT_EQ(contents.bytes, "one two three");
  EXPECT_FALSE(contents.error.has_value());
}

TEST(ByteSource, ZerosAfterAMemberArePadding) {
  const Contents contents =
      contents_of(gzip("one") + std::string(700, '\0') + gzip("two") + std::string(9, '\0'));
  EXPECT_EQ(contents.bytes, "onetwo");
  EXPECT_FALSE(contents.error.has_value());
}

TEST(ByteSource, OtherBytesAfterAMemberAreDamage) {
  const Contents contents = contents_of(gzip("one") + "garbage");
  EXPECT_EQ(contents.bytes, "one");
  ASSERT_TRUE(contents.error.has_value());
  EXPECT_THAT(contents.error->message, HasSubstr("damaged"));
}

TEST(ByteSource, TruncatedGzipIsAnErrorAfterTheGoodBytes) {
  const std::string text = noise(700'000);
  const std::string packed = gzip(text);
  for (const std::size_t kept : {std::size_t{2}, std::size_t{10}, std::size_t{300'000},
                                 packed.size() - 8, packed.size() - 1}) {
    const Contents contents = contents_of(std::string_view(packed).substr(0, kept));
    EXPECT_TRUE(text.starts_with(contents.bytes)) << kept;
    EXPECT_GE(contents.bytes.size() + 100'000, std::min(kept, text.size())) << kept;
    ASSERT_TRUE(contents.error.has_value()) << kept;
    EXPECT_THAT(contents.error->message, HasSubstr("cut short")) << kept;
  }
}

TEST(ByteSource, AChecksumThatDoesNotMatchIsDamage) {
  std::string packed = gzip("some text");
  packed[packed.size() - 6] = static_cast<char>(packed[packed.size() - 6] ^ 1);
  const Contents contents = contents_of(packed);
  EXPECT_EQ(contents.bytes, "some text");
  ASSERT_TRUE(contents.error.has_value());
  EXPECT_THAT(contents.error->message, HasSubstr("damaged"));
}

RC_GTEST_PROP(ByteSourceProperty, PackedTextIsUnpackedInStepsOfAnySize, (const std::string& text)) {
  const auto step = *rc::gen::inRange<std::size_t>(1, 50);
  const auto cut = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
  const Contents contents = contents_of(gzip(text.substr(0, cut)) + gzip(text.substr(cut)), step);
  RC_ASSERT(!contents.error.has_value());
  RC_ASSERT(contents.bytes == text);
}

RC_GTEST_PROP(ByteSourceProperty, AnyDamageEndsInAnErrorOrTheEnd, (const std::string& text)) {
  std::string packed = gzip(text);
  const auto place = *rc::gen::inRange<std::size_t>(2, packed.size());
  packed[place] = *rc::gen::arbitrary<char>();
  const Contents contents = contents_of(packed, 7);
  RC_ASSERT(contents.error.has_value() || contents.bytes == text);
}

TEST_F(ByteSourceFiles, FilesAreReadAndUnpacked) {
  const std::string text = noise(600'000);
  const auto plain = open_file(file("plain", text));
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ((*plain)->bytes_total(), text.size());
  EXPECT_EQ((*plain)->bytes_consumed(), 0U);
  EXPECT_TRUE(read_to_end(**plain).bytes == text);
  EXPECT_EQ((*plain)->bytes_consumed(), text.size());

  const std::string packed = gzip(text);
  const auto packed_file = open_file(file("packed", packed));
  ASSERT_TRUE(packed_file.has_value());
  EXPECT_EQ((*packed_file)->bytes_total(), packed.size());
  EXPECT_TRUE(read_to_end(**packed_file).bytes == text);
  EXPECT_EQ((*packed_file)->bytes_consumed(), packed.size());
}

TEST_F(ByteSourceFiles, ErrorsNameTheFile) {
  const std::string missing = (folder_ / "missing.json").string();
  const auto not_there = open_file(missing);
  ASSERT_FALSE(not_there.has_value());
  EXPECT_EQ(not_there.error(), (Error{ErrorKind::not_found,
                                      "cannot open " + missing + ": No such file or directory"}));

  const auto folder = open_file(folder_.string());
  ASSERT_FALSE(folder.has_value());
  EXPECT_EQ(folder.error().message,
            "cannot read " + folder_.string() + ": it is a folder, not a file");

  const std::string cut = file("cut.gz", gzip("text").substr(0, 12));
  const auto source = open_file(cut);
  ASSERT_TRUE(source.has_value());
  const Contents contents = read_to_end(**source);
  ASSERT_TRUE(contents.error.has_value());
  EXPECT_THAT(contents.error->message, HasSubstr(cut + ": "));
}

TEST_F(ByteSourceFiles, APipeHasNoSizeAndMayGiveOneByteAtATime) {
  const std::string path = (folder_ / "pipe").string();
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const std::string packed = gzip("through a pipe");
  const pid_t writer = fork();
  if (writer == 0) {
    const int descriptor = ::open(path.c_str(), O_WRONLY);
    for (const char byte : packed) {
      if (::write(descriptor, &byte, 1) != 1) _exit(1);
    }
    _exit(0);
  }
  const auto source = open_file(path);
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ((*source)->bytes_total(), 0U);
  EXPECT_EQ(read_to_end(**source).bytes, "through a pipe");
  EXPECT_EQ(waitpid(writer, nullptr, 0), writer);
}

// `printf 'some text\n' | zstd --no-check`
constexpr std::string_view some_text_in_zstd(
    "\x28\xb5\x2f\xfd\x00\x58\x51\x00\x00"
    "some text\n",
    19);

TEST_F(ByteSourceFiles, ZstdIsUnpacked) {
  const auto source = open_file(file("packed", some_text_in_zstd));
  ASSERT_TRUE(source.has_value());
  const Contents contents = read_to_end(**source);
  EXPECT_EQ(contents.bytes, "some text\n");
  EXPECT_FALSE(contents.error.has_value());

  const std::string cut = file("cut", some_text_in_zstd.substr(0, 15));
  const Contents part = read_to_end(**open_file(cut));
  ASSERT_TRUE(part.error.has_value());
  EXPECT_EQ(part.error->message, cut + ": the zstd data ends too early, it was cut short");
  // A request says how its body is packed.
  EXPECT_EQ(contents_of(some_text_in_zstd).bytes, some_text_in_zstd);
}

TEST_F(ByteSourceFiles, BytesThatAreNoJsonAreNamed) {
  const std::string table = file("table", "id,agent\n1,ann\n");
  const Contents plain = read_to_end(**open_file(table));
  EXPECT_EQ(plain.bytes, "");
  ASSERT_TRUE(plain.error.has_value());
  EXPECT_EQ(
      *plain.error,
      (Error{ErrorKind::invalid,
             table + ": it is a table (CSV), not JSON; see --mapping of chatreports import"}));
  // Likewise when it is unpacked.
  const std::string twice = file("twice", gzip(gzip("{}")));
  EXPECT_EQ(read_to_end(**open_file(twice)).error->message,
            twice + ": it is gzip data that is packed twice; unpack it once");
}

// A reader over text, for open_stream.
class Text final : public ByteReader {
 public:
  explicit Text(std::string_view rest) : rest_(rest) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t length = rest_.copy(into.data(), into.size());
    rest_.remove_prefix(length);
    return length;
  }

 private:
  std::string_view rest_;
};

TEST(ByteSource, UnpacksNoMoreThanIsAllowed) {
  const std::string packed = gzip(std::string(100'000, 'x'));
  Text enough(packed);
  const auto whole = open_stream(enough, {100'000});
  EXPECT_EQ(read_to_end(*whole).bytes.size(), 100'000U);
  EXPECT_FALSE(whole->is_too_large());
  Text too_much(packed);
  const auto cut = open_stream(too_much, {99'999});
  const Contents contents = read_to_end(*cut);
  EXPECT_LE(contents.bytes.size(), 99'999U);
  ASSERT_TRUE(contents.error.has_value());
  EXPECT_THAT(contents.error->message, HasSubstr("at most 99999 bytes when it is unpacked"));
  EXPECT_TRUE(cut->is_too_large());
}

TEST(ByteSource, UnpacksNoMoreThanARatioBeyondTheFirstBytes) {
  const std::string packed = gzip(std::string(1'000'000, ' '));
  Text few(packed);
  const auto allowed = open_stream(few, {std::uint64_t{1} << 40, 100, 1'000'000});
  EXPECT_EQ(read_to_end(*allowed).bytes.size(), 1'000'000U);
  Text many(packed);
  const auto cut = open_stream(many, {std::uint64_t{1} << 40, 10, 1'000});
  const Contents contents = read_to_end(*cut);
  ASSERT_TRUE(contents.error.has_value());
  EXPECT_THAT(contents.error->message, HasSubstr("at most 10 times as large"));
  EXPECT_LT(contents.bytes.size(), 1'000'000U);
}

}  // namespace
}  // namespace chatreports::ingest
