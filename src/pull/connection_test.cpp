#include "pull/connection.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace chatreports::pull {
namespace {

using testing::HasSubstr;
using testing::Not;

Connection example() {
  Connection connection;
  connection.account = LiveChatAccount{"7d1a", "dal:secret\"", "https://api.example.com", "3.5"};
  connection.begun_at = from_unix_microseconds(9);
  connection.since = from_unix_microseconds(-5);
  connection.every = std::chrono::seconds(77);
  connection.requests_per_minute = 12;
  return connection;
}

TEST(Connection, IsReadAsItWasWritten) {
  EXPECT_EQ(parse_connection(format_connection(example())), example());
  Connection named;
  named.credential = "livechat";
  EXPECT_EQ(parse_connection(format_connection(named)), named);
  Connection chatwoot = example();
  chatwoot.account =
      ChatwootAccount{"http://chat.lan:3000", "12", "secret", ChatwootGroups::teams, "signs"};
  EXPECT_EQ(parse_connection(format_connection(chatwoot)), chatwoot);
}

TEST(Connection, IsThatOfTheSameAccountWithAnotherToken) {
  Connection other = example();
  std::get<LiveChatAccount>(other.account).token = "new";
  EXPECT_TRUE(is_same_account(example(), other));
  std::get<LiveChatAccount>(other.account).account_id = "8";
  EXPECT_FALSE(is_same_account(example(), other));
  Connection chatwoot;
  chatwoot.account = ChatwootAccount{.account = "1"};
  EXPECT_FALSE(is_same_account(example(), chatwoot));
  other = chatwoot;
  std::get<ChatwootAccount>(other.account).token = "new";
  EXPECT_TRUE(is_same_account(chatwoot, other));
  std::get<ChatwootAccount>(other.account).groups = ChatwootGroups::teams;
  EXPECT_FALSE(is_same_account(chatwoot, other));
}

TEST(Connection, OfAnotherFormIsRefusedWithoutItsText) {
  const std::string whole = format_connection(example());
  for (const auto& [part, instead] :
       {std::pair("\"system\":\"livechat\"", "\"system\":\"other\""),
        std::pair("\"version\":\"3.5\"", "\"version\":3.5"), std::pair("\"token\"", "\"key\""),
        std::pair("https://", "ftp://"), std::pair("\"every\":77", "\"every\":0"),
        std::pair("_minute\":12", "_minute\":6001"),
        std::pair("\"since\":-5", "\"since\":\"x\"")}) {
    std::string text = whole;
    const std::size_t at = text.find(part);
    ASSERT_NE(at, text.npos) << part;
    text.replace(at, std::string_view(part).size(), instead);
    const auto connection = parse_connection(text);
    ASSERT_FALSE(connection.has_value()) << text;
    EXPECT_THAT(connection.error().message, Not(HasSubstr("secret")));
  }
}

RC_GTEST_PROP(Connection, AnyTextIsReadOrRefused, (const std::string& text)) {
  static_cast<void>(parse_connection(text));
  Account account;
  static_cast<void>(read_credentials(text, account));
  account = ChatwootAccount();
  static_cast<void>(read_credentials(text, account));
  static_cast<void>(parse_api_address(text));
}

TEST(Credentials, AreOnOneLineOrOnTwo) {
  for (const char* text : {"7d1a:dal:secret", "7d1a:dal:secret\n", " 7d1a \r\n dal:secret\r\n"}) {
    Account account;
    ASSERT_TRUE(read_credentials(text, account).has_value()) << text;
    EXPECT_EQ(std::get<LiveChatAccount>(account).account_id, "7d1a");
    EXPECT_EQ(std::get<LiveChatAccount>(account).token, "dal:secret");
  }
  for (const char* text : {"", ":", "secret", ":secret", "7d1a:", "a b:secret", "7d1a\nsec ret",
                           "7d1a\nsecret\nmore", "7d1a:s\x01"}) {
    Account account;
    const auto done = read_credentials(text, account);
    ASSERT_FALSE(done.has_value()) << text;
    EXPECT_THAT(done.error().message, Not(HasSubstr("secret")));
  }
}

TEST(Credentials, OfChatwootAreATokenAlone) {
  Account account = ChatwootAccount();
  ASSERT_TRUE(read_credentials(" secret\n", account).has_value());
  EXPECT_EQ(std::get<ChatwootAccount>(account).token, "secret");
  for (const char* text : {"", "1\nsecret", "a secret"}) {
    EXPECT_FALSE(read_credentials(text, account).has_value()) << text;
  }
}

TEST(ApiAddress, IsHttpsOrOfThisMachine) {
  EXPECT_EQ(parse_api_address("https://api.livechatinc.com/"), "https://api.livechatinc.com");
  for (const char* text : {"https://a", "https://a:8443/base", "http://127.0.0.1:8080",
                           "http://localhost", "http://[::1]:80"}) {
    EXPECT_EQ(parse_api_address(text), text);
  }
  for (const char* text :
       {"", "https://", "api.example.com", "http://api.example.com", "http://127.0.0.1.example.com",
        "http://localhost@example.com", "https://user:password@example.com", "https://a?b",
        "https://a#b", "https:///a", "ftp://127.0.0.1", "https://a b", "http://[::1"}) {
    EXPECT_FALSE(parse_api_address(text).has_value()) << text;
  }
  EXPECT_EQ(parse_api_address("http://chat.lan:3000/", PlainHttp::anywhere),
            "http://chat.lan:3000");
  EXPECT_FALSE(parse_api_address("ftp://chat.lan", PlainHttp::anywhere).has_value());
}

TEST(PullerOptions, AreThoseOfTheConnection) {
  Connection connection;
  connection.requests_per_minute = 60;
  EXPECT_EQ(puller_options(connection).between_requests, std::chrono::seconds(1));
  EXPECT_EQ(puller_options(connection).between_steady_requests, std::chrono::minutes(1));
  connection.every = std::chrono::seconds(5);
  EXPECT_EQ(puller_options(connection).between_new, std::chrono::seconds(5));
  EXPECT_EQ(puller_options(connection).between_steady_requests, std::chrono::seconds(5));
}

}  // namespace
}  // namespace chatreports::pull
