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

TEST(Arguments, ParsesDurationsWithAUnit) {
  EXPECT_EQ(parse_duration("45s", 1), Duration{45'000'000});
  EXPECT_EQ(parse_duration("90m", 1), Duration{5'400'000'000});
  EXPECT_EQ(parse_duration("24h", 1), Duration{86'400'000'000});
  EXPECT_EQ(parse_duration("30d", 30), Duration{2'592'000'000'000});
  for (const char* text : {"", "s", "0s", "-1s", "1", "1w", "1.5h", "31d", "745h", " 1s",
                           "99999999999999999999d", "18446744073709551615s"}) {
    EXPECT_FALSE(parse_duration(text, 30).has_value()) << text;
  }
}

}  // namespace
}  // namespace chatreports::app
