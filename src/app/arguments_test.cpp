#include "app/arguments.h"

#include <gtest/gtest.h>

namespace chatreports::app {
namespace {

TEST(Arguments, ParsesWholeNumbersWithinLimits) {
  EXPECT_EQ(parse_whole_number("7", 1, 9), 7U);
  EXPECT_EQ(parse_whole_number("18446744073709551615", 0, UINT64_MAX), UINT64_MAX);
  for (const char* text : {"", "0", "10", "-1", "+1", "1.0", "0x1", "1 ", " 1", "one",
                           "18446744073709551616", "99999999999999999999999999"}) {
    const auto number = parse_whole_number(text, 1, 9);
    ASSERT_FALSE(number.has_value()) << text;
    EXPECT_NE(number.error().message.find("from 1 to 9"), std::string::npos);
  }
}

TEST(Arguments, ParsesCountsWithStepsOfAThousand) {
  EXPECT_EQ(parse_count("1500", 1, 10'000), 1'500U);
  EXPECT_EQ(parse_count("2k", 1, 10'000), 2'000U);
  EXPECT_EQ(parse_count("10K", 1, 10'000), 10'000U);
  EXPECT_EQ(parse_count("3M", 1, 10'000'000), 3'000'000U);
  EXPECT_EQ(parse_count("10G", 0, 10'000'000'000), 10'000'000'000U);
  EXPECT_EQ(parse_count("0k", 0, 9), 0U);
  for (const char* text : {"", "k", "10001", "11k", "0", "-1k", "1.5k", "1 k", "k1", "1kk", "1T",
                           "1KiB", "18446744073709551615k", "99999999999999999999999999"}) {
    const auto count = parse_count(text, 1, 10'000);
    ASSERT_FALSE(count.has_value()) << text;
    EXPECT_NE(count.error().message.find("from 1 to 10000"), std::string::npos);
  }
}

TEST(Arguments, ParsesSizesWithStepsOf1024) {
  constexpr std::uint64_t most = std::uint64_t{1} << 50;
  EXPECT_EQ(parse_size("65536", 1, most), 65'536U);
  EXPECT_EQ(parse_size("64K", 1, most), 65'536U);
  EXPECT_EQ(parse_size("64KiB", 1, most), 65'536U);
  EXPECT_EQ(parse_size("64m", 1, most), 67'108'864U);
  EXPECT_EQ(parse_size("2G", 1, most), 2'147'483'648U);
  EXPECT_EQ(parse_size("1024T", 1, most), most);
  for (const char* text : {"", "K", "iB", "KiB", "64iB", "64B", "64KB", "64 K", "1.5M", "-1K", "0",
                           "1025T", "18014398509481984K", "1P"}) {
    const auto size = parse_size(text, 1, most);
    ASSERT_FALSE(size.has_value()) << text;
    EXPECT_NE(size.error().message.find("from 1 to 1125899906842624"), std::string::npos);
  }
}

TEST(Arguments, ParsesAddresses) {
  EXPECT_EQ(parse_address("127.0.0.1:8080"), (http::TcpAddress{"127.0.0.1", 8080}));
  EXPECT_EQ(parse_address("localhost:0"), (http::TcpAddress{"localhost", 0}));
  EXPECT_EQ(parse_address("[::1]:65535"), (http::TcpAddress{"::1", 65'535}));
  for (const char* text :
       {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:x",
        "::1:8080", "[::1]", "[localhost]:80", "[]:80", "[:80", "http://x:80", "a b:80"}) {
    EXPECT_FALSE(parse_address(text).has_value()) << text;
  }
}

TEST(Arguments, FormatsAddressesAsTheyAreParsed) {
  for (const char* text : {"127.0.0.1:8080", "[::1]:80", "localhost:0"}) {
    EXPECT_EQ(format_address(*parse_address(text)), text);
  }
}

TEST(Arguments, ParsesOriginsIntoTheFormThatBrowsersSend) {
  for (const char* text :
       {"https://reports.example.com", "http://localhost:3000", "http://127.0.0.1",
        "http://[::1]:1", "http://[::1]", "chrome-extension://abcdef", "*", "null"}) {
    EXPECT_EQ(parse_origin(text), text);
  }
  EXPECT_EQ(parse_origin("HTTPS://Reports.Example.com"), "https://reports.example.com");
  EXPECT_EQ(parse_origin("https://a.example:443"), "https://a.example");
  EXPECT_EQ(parse_origin("http://a.example:80"), "http://a.example");
  EXPECT_EQ(parse_origin("http://[::1]:80"), "http://[::1]");
  EXPECT_EQ(parse_origin("http://a.example:443"), "http://a.example:443");
  for (const char* text :
       {"", "reports.example.com", "//reports.example.com", "://a", "https:/a", "https://",
        "https://a/", "https://a/page", "https://a b", "https://a:x", "https://a:", "https://me@a",
        "https://*.example.com", "1://a", "https://\xc3\xa4.example", "https://a,https://b"}) {
    const auto origin = parse_origin(text);
    ASSERT_FALSE(origin.has_value()) << text;
    EXPECT_NE(origin.error().message.find("such as https://"), std::string::npos);
  }
}

TEST(Arguments, ParsesDurationsWithAUnitOrInSeconds) {
  EXPECT_EQ(parse_duration("60", 1), Duration{60'000'000});
  EXPECT_EQ(parse_duration("86400", 1), Duration{86'400'000'000});
  EXPECT_EQ(parse_duration("45s", 1), Duration{45'000'000});
  EXPECT_EQ(parse_duration("90m", 1), Duration{5'400'000'000});
  EXPECT_EQ(parse_duration("24h", 1), Duration{86'400'000'000});
  EXPECT_EQ(parse_duration("30d", 30), Duration{2'592'000'000'000});
  for (const char* text : {"", "s", "0", "0s", "-1s", "-1", "2592001", "1w", "1.5h", "31d", "745h",
                           " 1s", "99999999999999999999d", "18446744073709551615s"}) {
    EXPECT_FALSE(parse_duration(text, 30).has_value()) << text;
  }
}

}  // namespace
}  // namespace chatreports::app
