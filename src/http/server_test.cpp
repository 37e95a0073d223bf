#include "http/server.h"

#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <new>
#include <thread>
#include <variant>

#include "base/check.h"
#include "base/gzip.h"
#include "http/handlers_test.h"
#include "http/peer_test.h"

namespace chatreports::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using Handle = std::function<Response(const Request&)>;

Handlers in_slot(Handle handle) {
  return {[handle = std::move(handle)](const Request& head) -> Admission {
            if (head.target != "/inline") return InSlot{{}, handle};
            return Inline{[](const Request&) { return Response{200, {}, "<inline>"}; }};
          },
          error_of_status};
}

std::unique_ptr<Server> start(ServerOptions options, Handlers handlers) {
  options.listen = {TcpAddress{.port = 0}};
  auto server = Server::start(options, std::move(handlers));
  CHECK(server.has_value());
  return *std::move(server);
}

std::unique_ptr<Server> start(const ServerOptions& options = {}, Handle handle = echo) {
  return start(options, in_slot(std::move(handle)));
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Server, AnswersARequest) {
  const auto server = start();
  const std::string answer =
      Peer(server->port()).ask("POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 17\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n<POST /a?b=c abc>"));
}

TEST(Server, SendsADeferredAnswerFromAnotherThread) {
  const ServerOptions options{.threads = 1, .stop_timeout = milliseconds(100)};
  std::mutex mutex;
  std::vector<std::function<void(Response)>> waiting;
  std::promise<void> all_there;
  constexpr std::size_t clients = 50;  // far more than threads
  const Deferred deferred{[&](const Request& request, std::function<void(Response)> answer) {
    if (request.body == "now") return answer({200, {}, "<now>"});
    const std::lock_guard lock(mutex);
    waiting.push_back(std::move(answer));
    if (waiting.size() == clients) all_there.set_value();
  }};
  auto server = start(options, {[&](const Request& head) -> Admission {
                                  if (head.target == "/deferred") return deferred;
                                  return InSlot{{}, echo};
                                },
                                error_of_status});
  const std::string ask = "POST /deferred HTTP/1.1\r\nHost: x\r\nContent-Length: ";
  std::deque<Peer> peers;
  for (std::size_t i = 0; i < clients; ++i) {
    peers.emplace_back(server->port());
    peers.back().send(ask + "0\r\n\r\n");
  }
  all_there.get_future().wait();
  EXPECT_THAT(Peer(server->port()).ask("GET /x HTTP/1.1\r\nHost: x\r\n\r\n"),
              EndsWith("<GET /x >"));
  EXPECT_THAT(Peer(server->port()).ask(ask + "3\r\n\r\nnow"), EndsWith("<now>"));
  for (auto& answer : waiting) answer({200, {}, "<deferred>"});
  for (Peer& peer : peers) EXPECT_THAT(peer.receive_until(">"), EndsWith("<deferred>"));
  // And again over the same connections; answered when the server is gone.
  waiting.clear();
  all_there = {};
  for (Peer& peer : peers) peer.send(ask + "0\r\n\r\n");
  all_there.get_future().wait();
  server->stop();
  server.reset();
  for (auto& answer : waiting) answer({200, {}, "<too late>"});
}

// From the head alone, before the body has come.
TEST(Server, AsksOncePerRequest) {
  std::vector<std::string> asked;
  const auto server = start({}, {[&asked](const Request& head) -> Admission {
                                   asked.push_back(head.target + head.body);
                                   return InSlot{{}, echo};
                                 },
                                 error_of_status});
  Peer peer(server->port());
  for (const char* target : {"/a", "/b"}) {
    peer.send("POST " + std::string(target) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
    EXPECT_THAT(peer.receive_until(">"), EndsWith("<POST " + std::string(target) + " x>"));
  }
  EXPECT_EQ(asked, (std::vector<std::string>{"/a", "/b"}));
}

TEST(Server, KeepsTheConnection) {
  const auto server = start();
  Peer peer(server->port());
  for (int i = 0; i < 3; ++i) {
    peer.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(peer.receive_until(">"), EndsWith("<GET /a >"));
  }
  peer.send("GET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(peer.receive_all(), HasSubstr("Connection: close\r\n"));
}

TEST(Server, AnswersPipelinedRequestsInTheirOrder) {
  const auto server = start();
  std::string requests;
  for (int i = 0; i < 100; ++i)
    requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string answers = Peer(server->port()).ask(requests);
  std::size_t at = 0;
  for (int i = 0; i < 100; ++i) {
    at = answers.find("<GET /" + std::to_string(i) + " >", at);
    ASSERT_NE(at, answers.npos) << i;
  }
}

TEST(Server, ReadsChunks) {
  const auto server = start();
  EXPECT_THAT(Peer(server->port())
                  .ask("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n"),
              EndsWith("<POST / abcdefg>"));
}

TEST(Server, SpeaksHttp10) {
  const auto server = start();
  Peer peer(server->port());
  peer.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(peer.receive_all(), StartsWith("HTTP/1.0 200"));
}

TEST(Server, AnswersHeadWithoutABody) {
  const auto server = start();
  const std::string answer = Peer(server->port()).ask("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 9\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST(Server, InvitesABodyThatWaitsFor100Continue) {
  const auto server = start();
  Peer peer(server->port());
  peer.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(peer.receive_until("\r\n\r\n"), StartsWith("HTTP/1.1 100 Continue\r\n"));
  peer.send("ab");
  EXPECT_THAT(peer.receive_until(">"), EndsWith("<POST / ab>"));
}

TEST(Server, RefusesBodiesOverTheLimit) {
  ServerOptions options;
  options.max_body_bytes = 1'000;
  const auto server = start(options);
  const std::string body(1'001, 'x');
  for (const std::string& request :
       {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n" + body,
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999\r\n\r\n" + body,
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + body +
            "\r\n0\r\n\r\n"}) {
    const std::string answer = Peer(server->port()).ask(request);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(answer, EndsWith("error 413"));
    EXPECT_EQ(count(answer, "HTTP/1.1"), 1U);
  }
  EXPECT_THAT(
      Peer(server->port())
          .ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + body.substr(1)),
      StartsWith("HTTP/1.1 200 "));
}

TEST(Server, AWholeBodyOverTheLimitCanBeSentBeforeTheAnswerIsRead) {
  const auto server = start();
  const std::string body(std::size_t{2} << 20, 'x');
  const std::string answer =
      Peer(server->port())
          .ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body);
  EXPECT_THAT(answer, EndsWith("error 413"));
}

TEST(Server, RefusesHeadersOverTheLimit) {
  ServerOptions options;
  options.max_header_bytes = 2'048;
  const auto server = start(options);
  const std::string large(3'000, 'x');
  for (const std::string& request : {"GET / HTTP/1.1\r\nHost: x\r\nX: " + large + "\r\n\r\n",
                                     "GET /" + large + " HTTP/1.1\r\nHost: x\r\n\r\n"}) {
    EXPECT_THAT(Peer(server->port()).ask(request), StartsWith("HTTP/1.1 431 "));
  }
}

TEST(Server, RefusesWhatIsNotHttp) {
  const auto server = start();
  using namespace std::string_view_literals;
  for (const std::string_view nonsense :
       {"nonsense\r\n\r\n"sv, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc"sv,
        "GET  HTTP/1.1\r\nHost: x\r\n\r\n"sv, "\0\0\0\0\r\n\r\n"sv,
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n"sv,
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"sv,
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"sv,
        "GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n"sv}) {
    EXPECT_THAT(Peer(server->port()).ask(nonsense), StartsWith("HTTP/1.1 400 ")) << nonsense;
  }
  EXPECT_THAT(Peer(server->port()).ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), EndsWith("<GET / >"));
}

TEST(Server, Answers408ToASlowRequest) {
  ServerOptions options;
  options.request_timeout = milliseconds(100);
  const auto server = start(options);
  for (const char* half :
       {"GET / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"}) {
    Peer peer(server->port());
    peer.send(half);
    EXPECT_THAT(peer.receive_all(), EndsWith("error 408"));
  }
}

TEST(Server, ClosesAnIdleConnectionWithoutAnAnswer) {
  ServerOptions options;
  options.idle_timeout = milliseconds(100);
  const auto server = start(options);
  Peer silent(server->port());
  EXPECT_EQ(silent.receive_all(), "");
  Peer once(server->port());
  once.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(count(once.receive_all(), "HTTP/1.1"), 1U);
}

TEST(Server, ServesOthersBesideManyIdleConnections) {
  const auto server = start();
  std::vector<std::unique_ptr<Peer>> idle;
  for (int i = 0; i < 300; ++i) idle.push_back(std::make_unique<Peer>(server->port()));
  EXPECT_THAT(Peer(server->port()).ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), EndsWith("<GET / >"));
}

TEST(Server, RefusesOneConnectionTooMany) {
  ServerOptions options;
  options.max_connections = 2;
  const auto server = start(options);
  auto first = std::make_unique<Peer>(server->port());
  Peer second(server->port());
  for (Peer* peer : {first.get(), &second}) {
    peer->send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(peer->receive_until(">"), StartsWith("HTTP/1.1 200 "));
  }
  EXPECT_THAT(Peer(server->port()).ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
              StartsWith("HTTP/1.1 503 "));
  // It takes the next one as soon as one is gone.
  first.reset();
  std::string answer;
  for (int i = 0; i < 100 && !answer.starts_with("HTTP/1.1 200 "); ++i) {
    std::this_thread::sleep_for(milliseconds(20));
    answer = Peer(server->port()).ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
}

TEST(Server, AnswersManyAtOnce) {
  const auto server = start({.threads = 4});
  std::vector<std::jthread> clients;
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([port = server->port(), client] {
      Peer peer(port);
      for (int i = 0; i < 100; ++i) {
        const std::string target = "/" + std::to_string(client) + "/" + std::to_string(i);
        peer.send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
        ASSERT_THAT(peer.receive_until(">"), EndsWith("<GET " + target + " >"));
      }
    });
  }
}

TEST(Server, FinishesAnswersUnderWayWhenItStops) {
  std::promise<void> asked;
  std::promise<void> go_on;
  const auto server = start({.threads = 2}, [&](const Request& request) {
    asked.set_value();
    go_on.get_future().wait();
    return echo(request);
  });
  Peer peer(server->port());
  Peer idle(server->port());
  peer.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  asked.get_future().wait();
  std::atomic<bool> stopped = false;
  std::jthread stopping([&] {
    server->stop();
    stopped = true;
  });
  EXPECT_EQ(idle.receive_all(), "");
  EXPECT_FALSE(stopped);
  go_on.set_value();
  const std::string answer = peer.receive_all();
  EXPECT_THAT(answer, EndsWith("<GET /slow >"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  stopping.join();
  EXPECT_TRUE(stopped);
}

TEST(Server, StopsEvenIfAPeerNeverFinishesItsRequest) {
  const auto server = start({.stop_timeout = milliseconds(100)});
  Peer peer(server->port());
  peer.send("GET / HT");
  // It was accepted before another one was answered.
  EXPECT_THAT(Peer(server->port()).ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), EndsWith("<GET / >"));
  server->stop();
  EXPECT_EQ(peer.receive_all(), "");
}

TEST(Server, StopsWhileConnectionsCome) {
  const auto server = start();
  const std::uint16_t port = server->port();
  std::atomic<bool> enough = false;
  const std::jthread clients([&] {
    while (!enough) {
      const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(port);
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      (void)::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
      ::close(socket);
    }
  });
  std::this_thread::sleep_for(milliseconds(50));
  server->stop();
  enough = true;
}

TEST(Server, AnswersInlineWhileAllThreadsAreBusy) {
  Gate gate;
  const auto server = start({.threads = 2}, [&gate](const Request& request) {
    gate.hold();
    return echo(request);
  });
  std::vector<std::unique_ptr<Peer>> busy;
  for (int i = 0; i < 5; ++i) {
    busy.push_back(std::make_unique<Peer>(server->port()));
    busy.back()->send("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  gate.wait_for(2);
  EXPECT_THAT(Peer(server->port()).ask("GET /inline HTTP/1.1\r\nHost: x\r\n\r\n"),
              EndsWith("<inline>"));
  gate.open();
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(busy[static_cast<std::size_t>(i)]->receive_until(">"),
                EndsWith("<GET /" + std::to_string(i) + " >"));
  }
}

TEST(Server, RefusesOneWaitingRequestTooMany) {
  Gate gate;
  const auto server =
      start({.threads = 1, .max_waiting_requests = 0}, [&gate](const Request& request) {
        gate.hold();
        return echo(request);
      });
  Peer first(server->port());
  first.send("GET /first HTTP/1.1\r\nHost: x\r\n\r\n");
  gate.wait_for(1);
  Peer second(server->port());
  second.send("GET /second HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(second.receive_until("error 503"), StartsWith("HTTP/1.1 503 "));
  gate.open();
  EXPECT_THAT(first.receive_until(">"), EndsWith("<GET /first >"));
  second.send("GET /again HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(second.receive_until(">"), EndsWith("<GET /again >"));
}

TEST(Server, AHandlerThatThrowsEndsItsConnectionAlone) {
  const auto server = start({.threads = 2}, [](const Request& request) {
    if (request.target == "/throw") throw std::bad_alloc();
    return echo(request);
  });
  Peer kept(server->port());
  kept.send("GET /before HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(kept.receive_until(">"), EndsWith("<GET /before >"));
  // More often than there are threads: no thread is lost.
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Peer(server->port()).ask("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n"), "");
  }
  kept.send("GET /after HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(kept.receive_until(">"), EndsWith("<GET /after >"));
}

TEST(Server, UnpacksABodyAndPacksAnAnswer) {
  const auto server = start();
  const std::string body(5'000, 'x');
  const std::string packed = gzip(body);
  const std::string answer = Peer(server->port())
                                 .ask(
                                     "POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: "
                                     "gzip\r\nAccept-Encoding: br, gzip;q=0.5\r\n"
                                     "Content-Length: " +
                                     std::to_string(packed.size()) + "\r\n\r\n" + packed);
  EXPECT_THAT(answer, HasSubstr("Content-Encoding: gzip\r\n"));
  EXPECT_THAT(answer, HasSubstr("Vary: Accept-Encoding\r\n"));
  EXPECT_EQ(gunzip(answer.substr(answer.find("\r\n\r\n") + 4), 10'000), "<POST / " + body + ">");
}

TEST(Server, UnpacksNoBodyOfADeferredAnswer) {
  const Deferred deferred{[](const Request& request, const std::function<void(Response)>& answer) {
    answer({200, {}, std::string(request.header("Content-Encoding")) + " " + request.body});
  }};
  const auto server =
      start({}, {[&](const Request&) -> Admission { return deferred; }, error_of_status});
  const std::string packed = gzip("abc");
  EXPECT_THAT(Peer(server->port())
                  .ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: " +
                       std::to_string(packed.size()) + "\r\n\r\n" + packed),
              EndsWith("gzip " + packed));
}

TEST(Server, PacksNoAnswerUnlessTheRequestAllowsIt) {
  const auto server = start();
  const std::string target(2'000, 'x');
  for (const char* wish : {"", "Accept-Encoding: br\r\n", "Accept-Encoding: gzip;q=0\r\n"}) {
    EXPECT_THAT(
        Peer(server->port()).ask("GET /" + target + " HTTP/1.1\r\nHost: x\r\n" + wish + "\r\n"),
        EndsWith(target + " >"));
  }
}

TEST(Server, RefusesABodyThatIsTooLargeUnpacked) {
  ServerOptions options;
  options.max_body_bytes = 1'000;
  const auto server = start(options);
  const std::string packed = gzip(std::string(1'001, 'x'));
  EXPECT_THAT(Peer(server->port())
                  .ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: " +
                       std::to_string(packed.size()) + "\r\n\r\n" + packed),
              StartsWith("HTTP/1.1 413 "));
}

// A handler that runs until its request is abandoned, or for ten seconds.
struct Abandoned {
  std::mutex mutex;
  std::condition_variable_any changed;
  int called = 0;
  int given_up = 0;

  Response handle(const Request& request) {
    std::unique_lock lock(mutex);
    ++called;
    changed.notify_all();
    if (request.target == "/quick") return echo(request);
    changed.wait_for(lock, request.abandoned, seconds(10), [] { return false; });
    given_up += request.abandoned.stop_requested() ? 1 : 0;
    changed.notify_all();
    return echo(request);
  }
  void wait_for_calls(int count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return called >= count; });
  }
  void wait_until_given_up(int count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return given_up >= count; });
  }
};

constexpr std::string_view slow_request = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view quick_request =
    "GET /quick HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

TEST(Server, GivesUpAbandonedRequests) {
  Abandoned calls;
  const auto server = start({.threads = 1, .half_closed_timeout = milliseconds(100)},
                            [&calls](const Request& request) { return calls.handle(request); });
  Peer running(server->port());
  running.send(slow_request);
  calls.wait_for_calls(1);
  std::deque<Peer> waiting;
  for (int i = 0; i < 20; ++i) {
    waiting.emplace_back(server->port());
    waiting.back().send(slow_request);
  }
  Peer patient(server->port());
  patient.send(quick_request);
  // The others have arrived once this one is answered.
  Peer(server->port()).ask("GET /inline HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    if (i % 2 == 0) {
      waiting[i].reset();
    } else {
      waiting[i].end_sending();
    }
  }
  // Waiting requests leave the queue without an answer and without having run.
  for (std::size_t i = 1; i < waiting.size(); i += 2) EXPECT_EQ(waiting[i].receive_all(), "");
  running.reset();
  calls.wait_until_given_up(1);
  EXPECT_THAT(patient.receive_all(), EndsWith("<GET /quick >"));
  const std::lock_guard lock(calls.mutex);
  EXPECT_LE(calls.called, 4);  // a reset may be noticed a moment after a slot was granted
}

TEST(Server, AnswersAPeerThatHasClosedItsSendingSide) {
  Abandoned calls;
  const auto server = start({.threads = 1}, [&calls](const Request& request) {
    std::this_thread::sleep_for(milliseconds(300));
    return calls.handle(request);
  });
  EXPECT_THAT(Peer(server->port()).ask(quick_request), EndsWith("<GET /quick >"));
}

TEST(Server, StopsHandlersThatPoll) {
  Abandoned calls;
  const auto server = start({.threads = 2, .stop_timeout = milliseconds(200)},
                            [&calls](const Request& request) { return calls.handle(request); });
  Peer first(server->port());
  first.send(slow_request);
  calls.wait_for_calls(1);
  server->stop();
  EXPECT_EQ(calls.given_up, 1);
  EXPECT_EQ(first.receive_all(), "");
}

TEST(Server, GivesNoOwnerAllPlacesForStreamedBodies) {
  const ServerOptions options{
      .max_streamed_bytes = 100, .max_streams = 2, .stop_timeout = milliseconds(100)};
  const auto admit = [](const Request& head) -> Admission {
    if (head.target == "/refused") return Rejected{{401, {}, "<who?>"}};
    const std::uint64_t owner = head.target == "/other" ? 2 : 1;
    return Streamed{{owner, 0}, [](ByteReader& body) {
                      std::array<char, 100> piece{};
                      const auto size = body.read(piece);
                      return Response{200, {}, size ? "<read>" : "<cut off>"};
                    }};
  };
  const auto server = start(options, {admit, error_of_status});
  const std::uint16_t port = server->port();
  const auto put = [](const char* target) {
    return "PUT " + std::string(target) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n";
  };
  std::deque<Peer> holding;
  for (int i = 0; i < 5; ++i) {
    holding.emplace_back(port);
    holding.back().send(put("/mine"));
    holding.emplace_back(port);
    holding.back().send(put("/refused"));
  }
  EXPECT_THAT(Peer(port).ask(put("/other") + "x"), EndsWith("<read>"));
  EXPECT_THAT(holding[1].receive_all(), EndsWith("<who?>"));
  holding[0].send("x");
  EXPECT_THAT(holding[0].receive_until(">"), EndsWith("<read>"));
  for (const char* target : {"/mine", "/refused"}) {
    EXPECT_THAT(Peer(port).ask("PUT " + std::string(target) +
                               " HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n"),
                StartsWith("HTTP/1.1 413 "));
  }
}

TEST(Server, SendsTheDateIfItHasAClock) {
  ServerOptions options;
  options.unix_time = [] { return std::int64_t{784'111'777}; };
  const auto server = start(options);
  EXPECT_THAT(Peer(server->port()).ask(quick_request),
              HasSubstr("\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
}

TEST(Server, SaysWhatIsWrongWithTheAddress) {
  const auto server = start();
  ServerOptions options;
  options.listen = {TcpAddress{.port = server->port()}};
  const auto second = Server::start(options, in_slot(echo));
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::in_use);
  options.listen = {TcpAddress{"192.0.2.1", 0}};
  EXPECT_FALSE(Server::start(options, in_slot(echo)).has_value());
  // None is listened to if one can't be.
  options.listen = {TcpAddress{.port = 0}, TcpAddress{"192.0.2.1", 0}};
  EXPECT_FALSE(Server::start(options, in_slot(echo)).has_value());
  options.listen = {InheritedSocket{0}};
  EXPECT_FALSE(Server::start(options, in_slot(echo)).has_value());
  options.listen = {UnixAddress{"/" + std::string(200, 'x')}};
  EXPECT_THAT(Server::start(options, in_slot(echo)).error().message,
              HasSubstr("a path has at most 107 bytes"));
}

TEST(Server, ListensOnSeveralAddresses) {
  ServerOptions options;
  options.listen = {TcpAddress{.port = 0}, TcpAddress{"::1", 0}};
  auto both = Server::start(options, in_slot(echo));
  if (!both) GTEST_SKIP() << both.error().message;  // no IPv6
  const std::vector<ListenAddress> addresses = (*both)->addresses();
  ASSERT_EQ(addresses.size(), 2);
  const std::uint16_t first = std::get<TcpAddress>(addresses[0]).port;
  const std::uint16_t second = std::get<TcpAddress>(addresses[1]).port;
  EXPECT_EQ((*both)->port(), first);
  EXPECT_NE(first, second);
  EXPECT_THAT(Peer(first).ask(quick_request), StartsWith("HTTP/1.1 200 "));
}

TEST(Server, IsAliveWhileItsThreadsRun) {
  const auto server = start();
  EXPECT_TRUE(server->is_alive());
  const auto deadline = std::chrono::steady_clock::now() + seconds(60);
  bool is_alive = false;
  while (!is_alive && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(milliseconds(1));
    is_alive = server->is_alive();
  }
  EXPECT_TRUE(is_alive);
}

}  // namespace
}  // namespace chatreports::http
