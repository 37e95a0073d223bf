#include "base/zstd.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <zstd.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/noise_test.h"

namespace chatreports {
namespace {

std::string packed(std::string_view text) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  std::string bytes(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(context, bytes.data(), bytes.size(), text.data(), text.size());
  EXPECT_EQ(ZSTD_isError(size), 0U);
  ZSTD_freeCCtx(context);
  bytes.resize(size);
  return bytes;
}

// The text "x", with a window of that many bits: RFC 8878, section 3.1.1.
std::string packed_with_window(int bits) {
  const char descriptor = static_cast<char>((bits - 10) << 3);
  return std::string("\x28\xB5\x2F\xFD\0", 5) + descriptor + std::string("\x09\0\0x", 4);
}

struct Unpacked {
  std::string text;
  std::string error;  // empty: none
  bool may_end = false;
};

Unpacked unpacked(std::string_view bytes, std::size_t step = 1'000) {
  Unzstd unzstd;
  Unpacked all;
  std::string buffer(step, '\0');
  while (true) {
    const auto progress = unzstd.unpack(bytes.substr(0, step), buffer);
    if (!progress) {
      all.error = progress.error().message;
      break;
    }
    all.text.append(buffer, 0, progress->produced);
    bytes.remove_prefix(progress->consumed);
    if (progress->consumed == 0 && progress->produced == 0 && bytes.empty()) break;
  }
  all.may_end = unzstd.may_end();
  return all;
}

TEST(Unzstd, UnpacksFramesInARow) {
  const std::string large = noise(700'000) + std::string(3'000'000, 'a');
  const Unpacked all = unpacked(packed("one ") + packed("") + packed(large));
  EXPECT_TRUE(all.text == "one " + large);
  EXPECT_EQ(all.error, "");
  EXPECT_TRUE(all.may_end);
}

TEST(Unzstd, NoticesThatBytesAreMissing) {
  const std::string text = noise(700'000);
  const std::string bytes = packed(text);
  for (const std::size_t kept : {std::size_t{3}, std::size_t{300'000}, bytes.size() - 1}) {
    const Unpacked part = unpacked(std::string_view(bytes).substr(0, kept));
    EXPECT_TRUE(text.starts_with(part.text)) << kept;
    EXPECT_GE(part.text.size() + 200'000, std::min(kept, text.size())) << kept;
    EXPECT_FALSE(part.may_end) << kept;
  }
}

TEST(Unzstd, UnpacksWhatIsBeforeTheDamage) {
  const std::string text = noise(700'000);
  std::string bytes = packed(text);
  bytes[bytes.size() - 2] = static_cast<char>(bytes[bytes.size() - 2] ^ 1);  // of the checksum
  const Unpacked all = unpacked(bytes, 1 << 20);
  EXPECT_EQ(all.error, "the zstd data is damaged");
  EXPECT_TRUE(text.starts_with(all.text));
  EXPECT_GT(all.text.size(), 400'000U);
  EXPECT_EQ(unpacked(packed("one") + "garbage").error, "the zstd data is damaged");
}

TEST(Unzstd, RefusesAWindowThatTakesTooMuchMemory) {
  EXPECT_EQ(unpacked(packed_with_window(27)).text, "x");
  EXPECT_EQ(unpacked(packed_with_window(28)).error,
            "the zstd data needs 256 MiB of memory or more; pack it again without --long or "
            "--ultra");
}

RC_GTEST_PROP(UnzstdProperty, UnpacksInStepsOfAnySize, (const std::string& text)) {
  const auto step = *rc::gen::inRange<std::size_t>(1, 50);
  const auto cut = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
  const Unpacked all = unpacked(packed(text.substr(0, cut)) + packed(text.substr(cut)), step);
  RC_ASSERT(all.error.empty());
  RC_ASSERT(all.text == text);
}

}  // namespace
}  // namespace chatreports
