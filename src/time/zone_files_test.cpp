#include "time/zone_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <iterator>

#include "time/zone.h"

namespace chatreports {
namespace {

std::string bytes_of(const std::string& zone) {
  std::ifstream file("/usr/share/zoneinfo/" + zone, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ZoneFiles, AreWhole) {
  for (const char* zone : {"Europe/Warsaw", "UTC", "Africa/Casablanca", "Etc/GMT+5"}) {
    EXPECT_TRUE(check_zone_file(bytes_of(zone)).has_value()) << zone;
  }
}

TEST(ZoneFiles, CutOffAnywhereAreRefused) {
  const std::string whole = bytes_of("Europe/Warsaw");
  ASSERT_GT(whole.size(), 1'000u);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(check_zone_file(std::string_view(whole).substr(0, length)).has_value()) << length;
  }
}

TEST(ZoneFiles, ErrorsSayWhatIsWrong) {
  const std::string whole = bytes_of("Europe/Warsaw");
  const auto with = [&whole](std::size_t at, std::string_view bytes) {
    std::string changed = whole;
    changed.replace(at, bytes.size(), bytes);
    const auto checked = check_zone_file(changed);
    return checked ? "" : checked.error().message;
  };
  EXPECT_EQ(with(0, "tz"), "it does not begin with TZif");
  EXPECT_EQ(with(32, "\x7f\xff\xff\xff"), "it counts more than it can hold");
  EXPECT_EQ(with(36, std::string_view("\0\0\0\0", 4)), "it has no kinds of local time");
  EXPECT_EQ(with(44, "\x7f\xff\xff\xff"), "its times don't ascend");
  EXPECT_EQ(check_zone_file("").error().message, "it ends within a header");
  const std::size_t times = static_cast<unsigned char>(whole[35]);
  EXPECT_EQ(with(44 + times * 4, "\xff"), "an index is out of range");
}

// It must not read beyond any bytes.
RC_GTEST_PROP(ZoneFiles, AreCheckedForAnyBytes, ()) {
  std::string bytes = bytes_of("Europe/Warsaw");
  for (int changes = *rc::gen::inRange(1, 9); changes > 0; --changes) {
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    bytes[at] = *rc::gen::arbitrary<char>();
  }
  bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size() + 1));
  (void)check_zone_file(bytes);
}

TEST(ZoneFiles, NameTheFile) {
  const auto missing = check_zone_file_at("/nowhere/Europe/Warsaw");
  EXPECT_THAT(missing.error().message, testing::AllOf(testing::HasSubstr("/nowhere/Europe/Warsaw"),
                                                      testing::HasSubstr("No such file")));
}

TEST(ZoneFiles, OfTheSystemAreAllRead) {
  const auto count = Zone::read_all();
  ASSERT_TRUE(count.has_value()) << count.error().message;
  EXPECT_GT(*count, 300u);
  for (const char* no_zone : {"zonenow.tab", "zone.tab", "leapseconds", "right", "Factory"}) {
    EXPECT_FALSE(Zone::named(no_zone).has_value()) << no_zone;
  }
}

}  // namespace
}  // namespace chatreports
