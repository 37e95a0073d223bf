#include "pull/http_client.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "pull/answering_server_test.h"

namespace chatreports::pull {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

// Accepts one connection, and answers it with these bytes once it has sent some.
class OneAnswer {
 public:
  explicit OneAnswer(std::string bytes, bool waits = false) {
    listening_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    CHECK(::bind(listening_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    CHECK(::listen(listening_, 1) == 0);
    CHECK(::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this, bytes = std::move(bytes), waits](const std::stop_token& stop) {
      const int peer = ::accept(listening_, nullptr, nullptr);
      char some[4096];
      static_cast<void>(::recv(peer, some, sizeof(some), 0));
      static_cast<void>(::send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL));
      while (waits && !stop.stop_requested()) std::this_thread::sleep_for(5ms);
      ::close(peer);
    });
  }
  ~OneAnswer() {
    thread_.request_stop();
    ::shutdown(listening_, SHUT_RDWR);
    thread_.join();
    ::close(listening_);
  }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  int listening_ = -1;
  int port_ = 0;
  std::jthread thread_;
};

TEST(HttpClient, PostsARequest) {
  http::Request seen;
  const auto server = start_answering([&seen](const http::Request& request) {
    seen = request;
    return http::Response{429, {{"Retry-After", "17"}}, "slowly"};
  });
  HttpClient client;
  const auto response = client.send({.url = url_of(*server) + "/a/b",
                                     .headers = {"X-Region: fra"},
                                     .user = "account",
                                     .password = "dal:secret",
                                     .body = "{}"},
                                    {});
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_EQ(response->status, 429);
  EXPECT_EQ(response->body, "slowly");
  EXPECT_EQ(response->retry_after, 17s);
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/a/b");
  EXPECT_EQ(seen.body, "{}");
  EXPECT_EQ(seen.header("Content-Type"), "application/json");
  EXPECT_EQ(seen.header("X-Region"), "fra");
  EXPECT_EQ(seen.header("Authorization"), "Basic YWNjb3VudDpkYWw6c2VjcmV0");
  EXPECT_THAT(seen.header("User-Agent"), HasSubstr("chatreports/"));
}

TEST(HttpClient, ForgetsARequestBeforeTheNext) {
  std::string authorization = "none yet";
  const auto server = start_answering([&](const http::Request& request) {
    authorization = request.header("Authorization");
    return http::Response{};
  });
  HttpClient client;
  const std::string url = url_of(*server);
  EXPECT_TRUE(client.send({.url = url, .user = "a", .password = "b"}, {}).has_value());
  EXPECT_NE(authorization, "");
  EXPECT_TRUE(client.send({.url = url}, {}).has_value());
  EXPECT_EQ(authorization, "");
}

TEST(HttpClient, FollowsNoRedirect) {
  int requests = 0;
  const auto server = start_answering([&requests](const http::Request&) {
    ++requests;
    return http::Response{302, {{"Location", "/elsewhere"}}, ""};
  });
  HttpClient client;
  EXPECT_EQ(client.send({.url = url_of(*server)}, {})->status, 302);
  EXPECT_EQ(requests, 1);
}

TEST(HttpClient, RefusesALargeResponse) {
  const auto server = start_answering(
      [](const http::Request&) { return http::Response{200, {}, std::string(10'000, 'x')}; });
  HttpClient client({.body_bytes = 9'999});
  const auto response = client.send({.url = url_of(*server)}, {});
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().kind, ErrorKind::failed);
  EXPECT_THAT(response.error().message, HasSubstr("more than 9999 bytes"));
  EXPECT_EQ(HttpClient({.body_bytes = 10'000}).send({.url = url_of(*server)}, {})->status, 200);
}

TEST(HttpClient, SaysThatAResponseBrokeOff) {
  for (const char* bytes : {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"chats\":",
                            "no HTTP at all\r\n\r\n"}) {
    const OneAnswer server(bytes);
    HttpClient client;
    const auto response = client.send({.url = server.url()}, {});
    ASSERT_FALSE(response.has_value()) << bytes;
    EXPECT_EQ(response.error().kind, ErrorKind::unavailable) << response.error().message;
    EXPECT_THAT(response.error().message, HasSubstr("http://127.0.0.1:"));
  }
}

TEST(HttpClient, WaitsOnlySoLong) {
  const OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", true);
  HttpClient client({.whole = 100ms});
  const auto response = client.send({.url = server.url()}, {});
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().kind, ErrorKind::unavailable);
}

TEST(HttpClient, EndsWhenItIsStopped) {
  const OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", true);
  std::stop_source stop;
  const std::jthread stopper([&stop] {
    std::this_thread::sleep_for(50ms);
    stop.request_stop();
  });
  HttpClient client;
  const auto response = client.send({.url = server.url()}, stop.get_token());
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().message, "stopped");
}

TEST(HttpClient, TellsWhatLastsFromWhatMayPass) {
  HttpClient client;
  const auto kind_of = [&client](const std::string& url) {
    const auto response = client.send({.url = url, .user = "user", .password = "hidden"}, {});
    EXPECT_FALSE(response.has_value());
    EXPECT_THAT(response.error().message, Not(HasSubstr("hidden")));
    return response.error().kind;
  };
  EXPECT_EQ(kind_of("http://127.0.0.1:1/"), ErrorKind::unavailable);  // nobody listens there
  EXPECT_EQ(kind_of("file:///etc/passwd"), ErrorKind::failed);
  EXPECT_EQ(kind_of("http://"), ErrorKind::failed);
  const auto plain = start_answering([](const http::Request&) { return http::Response{}; });
  kind_of("https://127.0.0.1:" + std::to_string(plain->port()));  // no TLS there
}

}  // namespace
}  // namespace chatreports::pull
