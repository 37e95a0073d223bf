#include "http/http2_head.h"

#include <gtest/gtest.h>

#include <limits>
#include <utility>
#include <vector>

namespace chatreports::http {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

std::expected<Head, Refusal> read(const Fields& fields, std::size_t max_bytes = 16'384) {
  Http2HeadReader reader(max_bytes);
  for (const auto& [name, value] : fields) reader.add(name, value);
  EXPECT_LE(reader.bytes(), max_bytes);
  return reader.head();
}

Fields with(const Fields& more, std::string method = "GET", std::string path = "/a?b") {
  Fields fields{{":method", std::move(method)}, {":scheme", "https"}, {":path", std::move(path)}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

int status_of(const Fields& fields) {
  const auto head = read(fields);
  return head ? 200 : head.error().status;
}

TEST(Http2Head, MakesTheRequestOfHttp1) {
  const auto head = read(with({{":authority", "x:80"}, {"content-length", "12"}, {"a", "b"}}));
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->request.method, "GET");
  EXPECT_EQ(head->request.target, "/a?b");
  EXPECT_EQ(head->request.header("Host"), "x:80");
  EXPECT_EQ(head->request.header("A"), "b");
  EXPECT_EQ(head->request.headers.size(), 3u);
  EXPECT_EQ(head->framing.length, 12u);
  EXPECT_FALSE(head->expects_continue);
}

TEST(Http2Head, ChecksAsHttp1Does) {
  const Fields host{{":authority", "x"}};
  EXPECT_EQ(status_of(with(host)), 200);
  EXPECT_EQ(status_of(with({{"host", "x"}})), 200);
  EXPECT_EQ(status_of(with({{"host", ""}})), 200);
  EXPECT_EQ(status_of(with({{":authority", "X"}, {"host", "x"}})), 200);
  EXPECT_EQ(status_of(with({{":authority", "x"}, {"host", "y"}})), 400);
  EXPECT_EQ(status_of(with({{":authority", "me@x"}})), 400);
  EXPECT_EQ(status_of(with({{"host", "x/y"}})), 400);
  EXPECT_EQ(status_of(with(host, "OPTIONS", "*")), 200);
  EXPECT_EQ(status_of(with(host, "GET", "*")), 400);
  EXPECT_EQ(status_of(with(host, "GET", "http://x/")), 400);
  EXPECT_EQ(status_of({{":method", "CONNECT"}, {":authority", "x:80"}}), 501);
  EXPECT_EQ(status_of({{":method", "GET"}, {":scheme", "ftp"}, {":path", "/"}}), 400);
  EXPECT_EQ(status_of(with({{":authority", "x"}, {"expect", "more"}})), 417);
  EXPECT_TRUE(read(with({{"host", "x"}, {"expect", "100-Continue"}}))->expects_continue);
}

TEST(Http2Head, TakesALengthBeyondAnyNumberAsTooLarge) {
  const auto head = read(with({{"host", "x"}, {"content-length", std::string(40, '9')}}));
  EXPECT_EQ(head->framing.length, std::numeric_limits<std::uint64_t>::max());
}

// Each field takes 32 bytes beside its text.
TEST(Http2Head, StoresNothingBeyondTheLimit) {
  const Fields fields = with({{"host", "x"}});
  std::size_t bytes = 0;
  for (const auto& [name, value] : fields) bytes += name.size() + value.size() + 32;
  EXPECT_TRUE(read(fields, bytes).has_value());
  const auto refused = read(fields, bytes - 1);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().status, 431);
  EXPECT_EQ(refused.error().limit, bytes - 1);
  Http2HeadReader reader(1'000);
  reader.add("a", std::string(1'001, 'x'));
  for (int i = 0; i < 1'000; ++i) reader.add("a", "");
  EXPECT_EQ(reader.bytes(), 0u);
}

}  // namespace
}  // namespace chatreports::http
