// Requests cut into any packets, over real connections, get the same answers.

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "http/peer_test.h"
#include "http/server.h"
#include "http/valid_requests_test.h"

namespace chatreports::http {
namespace {

constexpr std::string_view last_request =
    "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

class Packets : public ::testing::Test {
 protected:
  static std::unique_ptr<Server> start() {
    ServerOptions options{.listen = {TcpAddress{.port = 0}}, .threads = 1};
    options.max_header_bytes = 2'048;
    options.max_body_bytes = 4'096;
    const auto echo = [](const Request& request) {
      return Response{200, {}, "<" + request.method + request.target + request.body + ">"};
    };
    // The same once more, of a body that is read as it comes.
    const auto streamed = [](const std::string& target) {
      return Streamed{{}, [target](ByteReader& body) {
                        std::string text;
                        std::array<char, 7> piece{};
                        while (true) {
                          const auto size = body.read(piece);
                          if (!size) return Response{500, {}, "cut off"};
                          if (*size == 0) return Response{200, {}, "<" + target + text + ">"};
                          text.append(piece.data(), *size);
                        }
                      }};
    };
    const Handlers handlers{[echo, streamed](const Request& head) -> Admission {
                              if (head.method == "PUT") return streamed(head.target);
                              return InSlot{{}, echo};
                            },
                            [](const Refusal& refusal, const Request*) {
                              return Response{refusal.status, {}, "refused"};
                            }};
    auto server = Server::start(options, handlers);
    CHECK(server.has_value());
    return *std::move(server);
  }

  // Whether `100 Continue` comes depends on how much of the body is there.
  std::string answers(std::string_view request, const std::vector<std::size_t>& cuts) {
    Peer peer(server_->port());
    peer.send_at_once();
    std::size_t from = 0;
    for (const std::size_t cut : cuts) {
      peer.send(request.substr(from, cut - from));
      from = cut;
      if (cut % 7 == 0) std::this_thread::yield();
    }
    peer.send(request.substr(from));
    peer.send(last_request);
    peer.end_sending();  // so that the server waits for nothing more
    std::string text = peer.receive_all();
    constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    if (const std::size_t at = text.find(go_on); at != text.npos) text.erase(at, go_on.size());
    return text;
  }

  const std::unique_ptr<Server> server_ = start();
};

std::string put_of(std::string_view request) {
  std::string text(request);
  const std::size_t at = text.find("POST");
  return at == text.npos ? text : text.replace(at, 4, "PUT");
}

TEST_F(Packets, ValidRequestsCutInTwo) {
  for (const std::string_view valid : valid_requests) {
    for (const std::string& request : {std::string(valid), put_of(valid)}) {
      const std::string whole = answers(request, {});
      ASSERT_TRUE(whole.starts_with("HTTP/1.")) << request;
      for (std::size_t cut = 1; cut < request.size(); ++cut) {
        ASSERT_EQ(answers(request, {cut}), whole) << request << "\ncut at " << cut;
      }
      std::vector<std::size_t> all;
      for (std::size_t cut = 1; cut < request.size(); ++cut) all.push_back(cut);
      ASSERT_EQ(answers(request, all), whole) << request;
    }
  }
}

TEST_F(Packets, ChunksCutInThree) {
  for (const std::string_view valid : valid_requests) {
    if (valid.find("chunked") == valid.npos) continue;
    const std::string request = put_of(valid);
    const std::string whole = answers(request, {});
    const std::size_t body = request.find("\r\n\r\n");
    for (std::size_t first = body; first < request.size(); ++first) {
      for (std::size_t second = first + 1; second < request.size(); ++second) {
        ASSERT_EQ(answers(request, {first, second}), whole) << request << first << " " << second;
      }
    }
  }
}

TEST_F(Packets, ChangedRequestsInRandomPackets) {
  std::mt19937 chance(20260101);
  for (int i = 0; i < 1'000; ++i) {
    std::string request(valid_requests[chance() % valid_requests.size()]);
    for (auto change = chance() % 3 + 1; change > 0; --change) {
      constexpr std::string_view bytes = "\r\n :;0123abcfx\0\x80\"";
      request[chance() % request.size()] = bytes[chance() % bytes.size()];
    }
    std::vector<std::size_t> cuts;
    for (std::size_t at = chance() % 9 + 1; at < request.size(); at += chance() % 9 + 1) {
      cuts.push_back(at);
    }
    const std::string whole = answers(request, {});
    const std::string packets = answers(request, cuts);
    // A refused peer that goes on sending may lose the connection before it reads the answer.
    if (!whole.empty() && !packets.empty()) {
      ASSERT_EQ(packets.substr(0, 12), whole.substr(0, 12)) << request;
    }
  }
  EXPECT_NE(answers(valid_requests[0], {}).find("<GET/last>"), std::string::npos);
}

}  // namespace
}  // namespace chatreports::http
