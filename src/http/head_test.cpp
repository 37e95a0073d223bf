#include "http/head.h"

#include <gmock/gmock.h>

namespace chatreports::http {
namespace {

// The status that the head is refused with; 0 where it is taken.
int status_of(std::string_view fields, std::string_view line = "POST / HTTP/1.1") {
  const auto head = parse_head(std::string(line) + "\r\n" + std::string(fields) + "\r\n");
  return head ? 0 : head.error().status;
}

Head head_of(const std::string& text) {
  auto head = parse_head(text);
  EXPECT_TRUE(head.has_value()) << text << (head ? "" : head.error().reason);
  return head ? *std::move(head) : Head{};
}

TEST(ParseHead, ReadsARequest) {
  const Head head =
      head_of("POST /a?b HTTP/1.1\r\nHost: x\r\nX-Y:  z \r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(head.request.method, "POST");
  EXPECT_EQ(head.request.target, "/a?b");
  EXPECT_EQ(head.request.header("x-y"), "z");
  EXPECT_EQ(head.framing, (Framing{false, 5}));
  EXPECT_TRUE(head.keep_alive && head.is_http_1_1 && !head.expects_continue);
  EXPECT_FALSE(head_of("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").keep_alive);
  EXPECT_FALSE(head_of("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(head_of("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
  EXPECT_TRUE(head_of("GET / HTTP/1.7\r\nHost: x\r\n\r\n").is_http_1_1);
  EXPECT_TRUE(
      head_of("PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\n\r\n").expects_continue);
}

// RFC 9112, section 6.
TEST(ParseHead, ReadsHowTheBodyIsFramed) {
  EXPECT_EQ(head_of("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n").framing,
            (Framing{true, 0}));
  for (const char* fields : {"Transfer-Encoding: xchunked\r\n",
                             "Transfer-Encoding: chunked, identity\r\n",
                             "Transfer-Encoding: gzip\r\n",
                             "Transfer-Encoding: identity\r\n",
                             "Transfer-Encoding: \r\n",
                             "Transfer-Encoding: chunked, chunked\r\n",
                             "Transfer-Encoding: \"chunked\"\r\n",
                             "Transfer-Encoding: chunked;q=1\r\n",
                             "Transfer-Encoding: chunked,\r\n",
                             "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
                             "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                             "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
                             "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                             "Content-Length: 1\r\nTransfer-Encoding: gzip\r\n",
                             "Content-Length: 1, 1\r\n",
                             "Content-Length: 1\r\nContent-Length: 1\r\n",
                             "Content-Length: 1\r\nContent-Length: 2\r\n",
                             "Content-Length: +1\r\n",
                             "Content-Length: -1\r\n",
                             "Content-Length: 0x1\r\n",
                             "Content-Length: \r\n",
                             "Content-Length: 1 1\r\n",
                             "Content-Length: 1a\r\n"}) {
    EXPECT_EQ(status_of(std::string("Host: x\r\n") + fields), 400) << fields;
  }
  EXPECT_EQ(status_of("Host: x\r\nTransfer-Encoding: gzip, chunked\r\n"), 501);
  EXPECT_EQ(status_of("Transfer-Encoding: chunked\r\n", "POST / HTTP/1.0"), 400);
}

// RFC 9112, section 3.2.
TEST(ParseHead, ReadsHostAndTarget) {
  EXPECT_EQ(status_of(""), 400);
  EXPECT_EQ(status_of("", "POST / HTTP/1.0"), 0);
  EXPECT_EQ(status_of("Host: a\r\nHost: a\r\n"), 400);
  for (const char* host :
       {"", "a", "a:80", "a:", "127.0.0.1:1", "[::1]", "[::1]:80", "a_b.c", "%41"}) {
    EXPECT_EQ(status_of("Host: " + std::string(host) + "\r\n"), 0) << host;
  }
  for (const char* host :
       {"a b", "a/b", "a@b", "a:b", ":80", "[::1", "[]", "[::1]a", "a,b", "%4"}) {
    const bool is_name = std::string_view(host) == "a,b";  // a comma may stand in a name
    EXPECT_EQ(status_of("Host: " + std::string(host) + "\r\n"), is_name ? 0 : 400) << host;
  }
  const Head absolute = head_of("GET HTTP://a:1/b?c HTTP/1.1\r\nHost: other\r\n\r\n");
  EXPECT_EQ(absolute.request.target, "/b?c");
  EXPECT_EQ(absolute.request.header("Host"), "a:1");
  EXPECT_EQ(head_of("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n").request.target, "/");
  EXPECT_EQ(head_of("GET http://a?b HTTP/1.1\r\nHost: a\r\n\r\n").request.target, "/?b");
  EXPECT_EQ(head_of("OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n").request.target, "*");
  EXPECT_EQ(head_of("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").request.target, "*");
  for (const char* target :
       {"*", "a", "ftp://a/", "http:///a", "http://me@a/", "http://", "a:80"}) {
    EXPECT_EQ(status_of("Host: a\r\n", "GET " + std::string(target) + " HTTP/1.1"), 400) << target;
  }
  EXPECT_EQ(status_of("Host: a:80\r\n", "CONNECT a:80 HTTP/1.1"), 501);
}

TEST(ParseHead, RefusesMalformedFields) {
  using namespace std::string_view_literals;
  for (const std::string_view fields :
       {"Host : x\r\n"sv, " Host: x\r\n"sv, "Host: x\r\nA\r\n"sv, "Host: x\r\n: a\r\n"sv,
        "Host: x\r\nA: b\rc\r\n"sv, "Host: x\r\nA: b\0c\r\n"sv, "Host: x\r\nA b: c\r\n"sv,
        "Host: x\r\nA\0: c\r\n"sv, "Host: x\r\nA: \x7f\r\n"sv, "Host: x\r\nA: b\nC: d\r\n"sv}) {
    EXPECT_EQ(status_of(fields), 400) << fields;
  }
  EXPECT_EQ(status_of("Host: x\r\nExpect: more\r\n"), 417);
  EXPECT_EQ(status_of("Host: x\r\nA: " + std::string(100'000, 'x') + "\r\n"), 431);
}

TEST(HeadFinder, FindsTheEndInAnyPackets) {
  const std::string head = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string bytes = head + "POST";
  for (std::size_t packet = 1; packet <= bytes.size(); ++packet) {
    HeadFinder finder;
    for (std::size_t end = packet;; end += packet) {
      const auto found = finder.find(std::string_view(bytes).substr(0, end), 1'000);
      ASSERT_TRUE(found.has_value()) << packet;
      ASSERT_EQ(found->has_value(), end >= head.size()) << packet << " " << end;
      if (!*found) continue;
      EXPECT_EQ(**found, head.size());
      break;
    }
  }
}

TEST(HeadFinder, RefusesBytesThatCantBeginAHead) {
  const auto status = [](std::string_view bytes) {
    const auto found = HeadFinder().find(bytes, 100);
    return found ? 0 : found.error().status;
  };
  EXPECT_EQ(status("\x16\x03\x01"), 400);
  EXPECT_EQ(status(" GET / HTTP/1.1"), 400);
  EXPECT_EQ(status("GET /\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: x\n\n"), 400);
  EXPECT_EQ(status("GET / HTTP/2.0\r\n"), 505);
  EXPECT_EQ(status("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nA: " + std::string(100, 'x')), 431);
  EXPECT_EQ(status("GET /" + std::string(100, 'x')), 431);
  EXPECT_EQ(status(std::string(100, 'G')), 431);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: x\r\n"), 0);
}

}  // namespace
}  // namespace chatreports::http
