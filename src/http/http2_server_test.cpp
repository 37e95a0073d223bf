// HTTP/2 over real connections: what server_test.cpp asks of HTTP/1.1, and what HTTP/2 has beside.

#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <new>
#include <set>
#include <thread>

#include "base/gzip.h"
#include "http/handlers_test.h"
#include "http/http2_peer_test.h"
#include "http/server.h"

namespace chatreports::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::StartsWith;

constexpr std::uint32_t error_protocol = 1;
constexpr std::uint32_t error_internal = 2;
constexpr std::uint32_t error_refused = 7;
constexpr std::uint32_t error_cancel = 8;
constexpr std::uint32_t error_calm = 11;

class Http2 : public ::testing::Test {
 protected:
  // Targets that begin with /inline are answered inline, with /gate in a slot behind the gate, with
  // /stream as their body comes; /large has 300,000 bytes.
  Admission admit(const Request& head) {
    if (head.target.starts_with("/inline")) return Inline{echo};
    if (head.target.starts_with("/deferred")) {
      return Deferred{[this](const Request& request, std::function<void(Response)> answer) {
        if (request.target == "/deferred/echo") return answer(echo(request));
        const std::lock_guard lock(mutex_);
        deferred_.push_back(std::move(answer));
        if (deferred_.size() == expected_) all_deferred_.set_value();
      }};
    }
    if (head.target.starts_with("/refused")) return Rejected{{401, {}, "<who?>"}};
    if (head.target.starts_with("/stream")) {
      const bool waits = head.target == "/stream-gate";
      return Streamed{{}, [this, waits](ByteReader& body) {
                        if (waits) gate_.hold();
                        std::string text;
                        std::array<char, 7'000> piece{};
                        while (true) {
                          const auto size = body.read(piece);
                          if (!size) {
                            cut_.open();
                            return Response{500, {}, "cut off"};
                          }
                          if (*size == 0) return Response{200, {}, "<" + text + ">"};
                          text.append(piece.data(), *size);
                        }
                      }};
    }
    return InSlot{{}, [this](const Request& request) {
                    if (request.target.starts_with("/gate")) gate_.hold(request.abandoned);
                    if (request.target == "/throw") throw std::bad_alloc();
                    if (request.target.starts_with("/large")) {
                      return Response{200, {}, std::string(300'000, 'x')};
                    }
                    return echo(request);
                  }};
  }

  void start(ServerOptions options = {}) {
    options.listen = {TcpAddress{.port = 0}};
    auto server = Server::start(
        options, {[this](const Request& head) { return admit(head); }, error_of_status});
    CHECK(server.has_value());
    server_ = *std::move(server);
  }
  std::uint16_t port() const { return server_->port(); }
  void TearDown() override { gate_.open(); }

  Gate gate_;
  Gate cut_;
  std::mutex mutex_;
  std::vector<std::function<void(Response)>> deferred_;
  std::size_t expected_ = 0;
  std::promise<void> all_deferred_;
  std::unique_ptr<Server> server_;
};

TEST_F(Http2, AnswersARequest) {
  start({.unix_time = [] { return std::int64_t{784'111'777}; }});
  Http2Peer peer(port());
  const std::int32_t stream = peer.ask("POST", "/a?b=c", {}, false);
  peer.send_body(stream, "abc");
  const auto answer = peer.answer(stream);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "<POST /a?b=c abc>");
  EXPECT_EQ(answer.field("content-type"), "text/plain");
  EXPECT_EQ(answer.field("content-length"), "17");
  EXPECT_EQ(answer.field("date"), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(answer.field("connection"), "");
  EXPECT_FALSE(answer.reset);
  EXPECT_EQ(peer.get("/b").body, "<GET /b >");
}

TEST_F(Http2, SaysWhatItAllows) {
  start({.max_header_bytes = 4'096, .max_http2_requests = 7});
  Http2Peer peer(port());
  const auto settings = peer.receive(FrameType::settings);
  std::map<std::uint32_t, std::uint32_t> values;
  for (std::size_t at = 0; at < settings->payload.size(); at += 6) {
    values[number_in(settings->payload.substr(at, 2))] =
        number_in(settings->payload.substr(at + 2, 4));
  }
  EXPECT_EQ(values[3], 7u);
  EXPECT_EQ(values[6], 4'096u);
}

TEST_F(Http2, AnswersHeadWithoutABody) {
  start();
  Http2Peer peer(port());
  for (const char* path : {"/a", "/inline"}) {
    const auto answer = peer.answer(peer.ask("HEAD", path));
    EXPECT_EQ(answer.status, 200);
    EXPECT_NE(answer.field("content-length"), "0");
    EXPECT_EQ(answer.body, "");
    EXPECT_FALSE(answer.reset);
  }
}

TEST_F(Http2, IsOffIfNoRequestIsAllowed) {
  start({.max_http2_requests = 0});
  EXPECT_THAT(Peer(port()).ask(http2_preface), StartsWith("HTTP/1.1 505 "));
}

TEST_F(Http2, TellsItFromHttp1ByTheFirstBytes) {
  start();
  for (const std::string_view first : {"P", "PRI * HTTP/2.0\r\n\r\nSM\r\n"}) {
    Peer peer(port());
    peer.send_at_once();
    peer.send(first);
    std::this_thread::sleep_for(milliseconds(20));
    peer.send(http2_preface.substr(first.size()));
    peer.send(frame_of(FrameType::settings, 0, 0));
    EXPECT_THAT(peer.receive(9).substr(3), StartsWith(std::string("\x04\0\0\0\0\0", 6)));
  }
  EXPECT_THAT(Peer(port()).ask("PUT /inline HTTP/1.1\r\nHost: x\r\n\r\n"),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(Peer(port()).ask("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"), StartsWith("HTTP/1.1 505 "));
}

TEST_F(Http2, HandlesManyRequestsOfAConnectionAtATime) {
  start({.threads = 2});
  Http2Peer peer(port());
  const std::array slow{peer.ask("GET", "/gate/0"), peer.ask("GET", "/gate/1")};
  gate_.wait_for(2);
  // Others go on: inline, with bodies, and of other connections.
  EXPECT_EQ(peer.get("/inline").body, "<GET /inline >");
  const std::int32_t stream = peer.ask("POST", "/stream", {}, false);
  peer.send_body(stream, "abc");
  EXPECT_EQ(peer.answer(stream).body, "<abc>");
  gate_.open();
  std::array<std::string, 2> bodies;
  for (int ended = 0; ended < 2;) {
    const auto frame = peer.receive(FrameType::data);
    ASSERT_TRUE(frame);
    bodies[frame->stream == slow[0] ? 0 : 1] += frame->payload;
    if ((frame->flags & end_stream) != 0) ++ended;
  }
  EXPECT_EQ(bodies[0], "<GET /gate/0 >");
  EXPECT_EQ(bodies[1], "<GET /gate/1 >");
}

TEST_F(Http2, SendsDeferredAnswersFromAnotherThread) {
  start({.threads = 1, .stop_timeout = milliseconds(100)});
  expected_ = 20;
  Http2Peer peer(port());
  std::vector<std::int32_t> streams;
  for (std::size_t i = 0; i < expected_; ++i) streams.push_back(peer.ask("POST", "/deferred"));
  all_deferred_.get_future().wait();
  EXPECT_EQ(peer.get("/a").body, "<GET /a >");
  for (std::size_t i = 0; i < expected_; ++i) {
    deferred_[i]({200, {}, std::to_string(i)});
    EXPECT_EQ(peer.answer(streams[i]).body, std::to_string(i));
  }
  // Answered when the stream is reset, and when the server is gone.
  deferred_.clear();
  all_deferred_ = {};
  streams.clear();
  for (std::size_t i = 0; i < expected_; ++i) streams.push_back(peer.ask("POST", "/deferred"));
  all_deferred_.get_future().wait();
  peer.reset(streams[0]);
  EXPECT_EQ(peer.get("/b").body, "<GET /b >");
  deferred_[0]({200, {}, "too late"});
  EXPECT_EQ(peer.get("/c").body, "<GET /c >");
  server_->stop();
  server_.reset();
  for (auto& answer : deferred_) answer({200, {}, "too late"});
}

TEST_F(Http2, RefusesBodiesOverTheLimit) {
  start({.max_body_bytes = 1'000});
  Http2Peer peer(port());
  const std::string body(1'001, 'x');
  const std::int32_t announced = peer.ask("POST", "/a", {{"content-length", "1001"}}, false);
  auto answer = peer.answer(announced);
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.body, "error 413");
  const std::int32_t unannounced = peer.ask("POST", "/a", {}, false);
  peer.send_body(unannounced, body, false);
  EXPECT_EQ(peer.answer(unannounced).status, 413);
  // RFC 9113, section 8.1: the rest of the body is not wanted.
  EXPECT_EQ(number_in(peer.receive(FrameType::rst_stream, unannounced)->payload), 0u);
  peer.send_body(unannounced, body);
  const std::int32_t fits = peer.ask("POST", "/a", {}, false);
  peer.send_body(fits, body.substr(1));
  EXPECT_EQ(peer.answer(fits).status, 200);
}

TEST_F(Http2, RefusesHeadsOverTheLimit) {
  start({.max_header_bytes = 2'048});
  Http2Peer peer(port());
  EXPECT_EQ(peer.answer(peer.ask("GET", "/a", {{"x", std::string(3'000, 'x')}})).status, 431);
  EXPECT_EQ(peer.answer(peer.ask("GET", "/" + std::string(3'000, 'x'))).status, 431);
  Fields many;
  for (int i = 0; i < 100; ++i) many.emplace_back("a", "b");
  EXPECT_EQ(peer.answer(peer.ask("GET", "/a", many)).status, 431);
  EXPECT_EQ(peer.get("/a").status, 200);
}

TEST_F(Http2, ResetsMalformedRequestsAlone) {
  start();
  Http2Peer peer(port());
  for (const Fields& fields :
       {Fields{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}},  // no host
        head_of("GET", "/", {{":path", "/b"}}),                           // twice
        head_of("GET", "/", {{"A", "b"}}), head_of("GET", "/", {{"a", "b\nc"}}),
        head_of("GET", "/", {{"connection", "close"}}), head_of("GET", "/", {{"te", "gzip"}}),
        head_of("GET", "/", {{"transfer-encoding", "chunked"}}),
        head_of("POST", "/", {{"content-length", "3"}}),  // and no body
        head_of("POST", "/", {{"content-length", "a"}})}) {
    const std::int32_t stream = peer.ask("GET", "/inline");  // one that is left alone
    EXPECT_EQ(peer.answer(stream).status, 200);
    peer.send(FrameType::headers, end_headers | end_stream, stream + 2, block_of(fields));
    const auto answer = peer.answer(stream + 2);
    EXPECT_EQ(answer.reset, error_protocol);
    EXPECT_EQ(answer.status, 0);
    peer.ask("GET", "/inline");  // takes the number
  }
}

TEST_F(Http2, EndsAConnectionThatIsNotHttp2) {
  start();
  for (const std::string& bytes :
       {frame_of(FrameType::data, 0, 1, "a"), frame_of(FrameType::headers, end_headers, 2, "\x82"),
        frame_of(FrameType::settings, 0, 0, "abc"), frame_of(FrameType::headers, 0, 1, "\xff\xff"),
        frame_of(FrameType::headers, 0, 1) + frame_of(FrameType::ping, 0, 0, "12345678"),
        std::string(9, '\xff'), frame_of(FrameType::window_update, 0, 0, std::string(4, '\0'))}) {
    Http2Peer peer(port());
    peer.raw().send(bytes);
    const auto last = peer.receive(FrameType::goaway);
    ASSERT_TRUE(last);
    EXPECT_NE(number_in(last->payload.substr(4, 4)), 0u);
    EXPECT_FALSE(peer.receive());
  }
  EXPECT_EQ(Http2Peer(port()).get("/a").status, 200);
}

TEST_F(Http2, SkipsTrailers) {
  start();
  Http2Peer peer(port());
  const std::int32_t stream = peer.ask("POST", "/a", {}, false);
  peer.send_body(stream, "abc", false);
  peer.send(FrameType::headers, end_headers | end_stream, stream, block_of({{"b", "c"}}));
  EXPECT_EQ(peer.answer(stream).body, "<POST /a abc>");
}

TEST_F(Http2, InvitesABodyThatWaitsFor100Continue) {
  start();
  Http2Peer peer(port());
  const std::int32_t stream = peer.ask("POST", "/a", {{"expect", "100-continue"}}, false);
  const auto invitation = peer.receive(FrameType::headers, stream);
  ASSERT_TRUE(invitation);
  EXPECT_EQ(invitation->flags & end_stream, 0);
  peer.send_body(stream, "ab");
  EXPECT_EQ(peer.receive(FrameType::data, stream)->payload, "<POST /a ab>");
  EXPECT_EQ(peer.answer(peer.ask("POST", "/a", {{"expect", "more"}}, false)).status, 417);
}

TEST_F(Http2, Answers408ToASlowRequest) {
  start({.request_timeout = milliseconds(100)});
  Http2Peer peer(port());
  for (const char* path : {"/a", "/stream"}) {
    const std::int32_t stream = peer.ask("POST", path, {}, false);
    peer.send_body(stream, "abc", false);
    EXPECT_EQ(peer.answer(stream).status, 408);
  }
  // A head that is not complete stops all streams, so it ends the connection.
  peer.send(FrameType::headers, 0, 101, block_of(head_of("GET", "/")));
  const auto last = peer.receive(FrameType::goaway);
  ASSERT_TRUE(last);
  EXPECT_EQ(number_in(last->payload.substr(4, 4)), error_calm);
  EXPECT_FALSE(peer.receive());
}

TEST_F(Http2, EndsAnIdleConnection) {
  start({.idle_timeout = milliseconds(200)});
  Http2Peer silent(port());
  Http2Peer once(port());
  Http2Peer pinging(port());
  EXPECT_EQ(once.get("/a").status, 200);
  std::atomic<bool> is_over = false;
  const std::jthread pings([&] {
    while (!is_over) {
      pinging.send(FrameType::ping, 0, 0, "12345678");
      std::this_thread::sleep_for(milliseconds(20));
    }
  });
  for (Http2Peer* peer : {&silent, &once, &pinging}) {
    const auto last = peer->receive(FrameType::goaway);
    ASSERT_TRUE(last);
    EXPECT_EQ(number_in(last->payload.substr(4, 4)), 0u);
    EXPECT_FALSE(peer->receive());
  }
  is_over = true;
}

TEST_F(Http2, RefusesOneConnectionTooMany) {
  start({.max_connections = 1});
  Http2Peer first(port());
  EXPECT_EQ(first.get("/a").status, 200);
  EXPECT_THAT(Peer(port()).ask(http2_preface), StartsWith("HTTP/1.1 503 "));
}

TEST_F(Http2, RefusesOneRequestTooMany) {
  start({.threads = 1, .max_http2_requests = 4});
  Http2Peer peer(port());
  for (int i = 0; i < 4; ++i) peer.ask("GET", "/gate");
  gate_.wait_for(1);
  EXPECT_EQ(peer.answer(peer.ask("GET", "/fifth")).reset, error_refused);
  Http2Peer other(port());
  EXPECT_EQ(other.get("/inline").status, 200);
  gate_.open();
}

// A request that is reset costs its place until its handler has ended: these never do.
TEST_F(Http2, BoundsTheRequestsThatWereReset) {
  start({.threads = 1, .max_http2_requests = 4});
  expected_ = 8;
  Http2Peer peer(port());
  for (std::size_t i = 0; i < expected_; ++i) {
    const std::int32_t stream = peer.ask("POST", "/deferred");
    peer.send(FrameType::ping, 0, 0, "12345678");  // so that the request has begun
    while (peer.receive(FrameType::ping)->payload != "12345678") {
    }
    peer.reset(stream);
  }
  all_deferred_.get_future().wait();
  EXPECT_EQ(peer.answer(peer.ask("GET", "/ninth")).reset, error_refused);
  for (auto& answer : deferred_) answer({200, {}, "too late"});
  while (peer.answer(peer.ask("GET", "/inline")).status != 200) {
  }
}

TEST_F(Http2, RefusesOneWaitingRequestTooMany) {
  start({.threads = 1, .max_waiting_requests = 0});
  Http2Peer peer(port());
  const std::int32_t first = peer.ask("GET", "/gate");
  gate_.wait_for(1);
  EXPECT_EQ(peer.get("/second").status, 503);
  gate_.open();
  EXPECT_EQ(peer.answer(first).status, 200);
}

TEST_F(Http2, AHandlerThatThrowsEndsItsStreamAlone) {
  start();
  Http2Peer peer(port());
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(peer.answer(peer.ask("GET", "/throw")).reset, error_internal);
  }
  EXPECT_EQ(peer.get("/a").status, 200);
}

TEST_F(Http2, GivesUpRequestsThatAreReset) {
  start({.threads = 1});
  Http2Peer peer(port());
  const std::int32_t running = peer.ask("GET", "/gate/running");
  gate_.wait_for(1);
  const std::int32_t waiting = peer.ask("GET", "/gate/waiting");
  peer.reset(waiting);
  peer.reset(running);
  gate_.wait_until_left(1);
  EXPECT_EQ(peer.get("/a").status, 200);
  EXPECT_EQ(gate_.held(), 1);  // the other never ran
  // So does the end of a connection.
  Http2Peer gone(port());
  gone.ask("GET", "/gate/running");
  gate_.wait_for(2);
  gone.raw().reset();
  gate_.wait_until_left(2);
  EXPECT_EQ(peer.get("/a").status, 200);
}

TEST_F(Http2, AnswersAPeerThatHasClosedItsSendingSide) {
  start({.half_closed_timeout = milliseconds(300)});
  Http2Peer peer(port());
  const std::int32_t quick = peer.ask("GET", "/a");
  const std::int32_t cut = peer.ask("POST", "/a", {}, false);
  const std::int32_t slow = peer.ask("GET", "/gate");
  peer.raw().end_sending();
  EXPECT_EQ(peer.answer(quick).status, 200);
  EXPECT_FALSE(peer.receive(FrameType::headers, cut));
  (void)slow;
  gate_.wait_until_left(1);
}

TEST_F(Http2, ReadsABodyOnlyAsFastAsItIsWanted) {
  start();
  Http2Peer peer(port());
  const std::int32_t stream = peer.ask("POST", "/stream-gate", {}, false);
  const std::string piece(16'384, 'x');
  for (int i = 0; i < 3; ++i) peer.send_body(stream, piece, false);
  gate_.wait_for(1);
  // Nothing was taken, so nothing more is allowed: 256 KiB in all once the handler has a slot.
  EXPECT_EQ(number_in(peer.receive(FrameType::window_update, stream)->payload), 262'144u - 65'535u);
  EXPECT_EQ(peer.get("/inline").status, 200);
  for (int i = 3; i < 16; ++i) peer.send_body(stream, piece, false);
  gate_.open();
  EXPECT_GT(number_in(peer.receive(FrameType::window_update, stream)->payload), 0u);
  for (int i = 0; i < 3; ++i) peer.send_body(stream, piece, i == 2);
  std::string body;
  while (body.size() < piece.size() * 19 + 2) {
    const auto frame = peer.receive(FrameType::data, stream);
    ASSERT_TRUE(frame);
    body += frame->payload;
    peer.widen(0, 16'384);
    peer.widen(stream, 16'384);
  }
  EXPECT_EQ(body.size(), piece.size() * 19 + 2);
}

TEST_F(Http2, EndsAPeerThatSendsMoreThanItMay) {
  start();
  Http2Peer peer(port());
  const std::int32_t stream = peer.ask("POST", "/stream-gate", {}, false);
  gate_.wait_for(1);
  peer.send_body(stream, std::string(400'000, 'x'), false);
  // The stream or the connection: RFC 9113, section 6.9.1.
  const auto answer = peer.answer(stream);
  EXPECT_TRUE(answer.reset == 3u || !peer.receive(FrameType::ping));
}

TEST_F(Http2, TellsTheHandlerThatABodyIsCut) {
  start();
  Http2Peer peer(port());
  const std::int32_t stream = peer.ask("POST", "/stream-gate", {}, false);
  peer.send_body(stream, "abc", false);
  gate_.wait_for(1);
  peer.reset(stream);
  gate_.open();
  EXPECT_TRUE(cut_.hold());
  EXPECT_EQ(peer.get("/a").status, 200);
}

TEST_F(Http2, AnswersBeforeABodyThatItDoesNotWant) {
  start();
  Http2Peer peer(port());
  const std::int32_t stream = peer.ask("POST", "/refused", {}, false);
  peer.send_body(stream, "abc", false);
  const auto answer = peer.answer(stream);
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.body, "<who?>");
  EXPECT_EQ(number_in(peer.receive(FrameType::rst_stream, stream)->payload), 0u);
}

// Some clients that are reset at once do not see the answer.
TEST_F(Http2, DiscardsABodyThatEndsSoonAfterAnEarlyAnswer) {
  start();
  Http2Peer peer(port());
  const std::int32_t stream = peer.ask("POST", "/refused", {}, false);
  const std::string body(40'000, 'x');
  peer.send_body(stream, body, false);
  EXPECT_EQ(peer.answer(stream).status, 401);
  peer.send_body(stream, body.substr(0, 20'000), false);
  const auto next = [&peer, stream] {
    while (auto frame = peer.receive()) {
      if (frame->stream == stream || frame->type == FrameType::ping) return frame->type;
    }
    return FrameType::goaway;
  };
  EXPECT_EQ(next(), FrameType::window_update);
  peer.send_body(stream, body);
  peer.send(FrameType::ping, 0, 0, "12345678");
  auto type = next();
  while (type == FrameType::window_update) type = next();
  EXPECT_EQ(type, FrameType::ping);  // and no reset
}

TEST_F(Http2, ResetsABodyThatGoesOnAfterAnEarlyAnswer) {
  start();
  Http2Peer peer(port());
  const std::int32_t stream = peer.ask("POST", "/refused", {}, false);
  EXPECT_EQ(peer.answer(stream).status, 401);
  std::size_t sent = 60'000;
  peer.send_body(stream, std::string(sent, 'x'), false);
  while (const auto frame = peer.receive()) {
    if (frame->stream != stream) continue;
    if (frame->type == FrameType::rst_stream) {
      EXPECT_EQ(number_in(frame->payload), 0u);
      break;
    }
    ASSERT_EQ(frame->type, FrameType::window_update);
    const std::size_t more = number_in(frame->payload);
    peer.send_body(stream, std::string(more, 'x'), false);
    sent += more;
  }
  EXPECT_GE(sent, std::size_t{256} << 10);
  EXPECT_EQ(peer.get("/a").status, 200);
}

TEST_F(Http2, SendsALargeAnswerToAPeerThatTakesItAll) {
  start();
  Http2Peer peer(port());
  const std::int32_t stream = peer.ask("GET", "/large");
  peer.widen(0, 1'000'000);
  peer.widen(stream, 1'000'000);
  EXPECT_EQ(peer.answer(stream).body, std::string(300'000, 'x'));
}

TEST_F(Http2, CutsOffAPeerThatNeverOpensItsWindow) {
  start({.max_waiting_answer_bytes = 1'000'000, .request_timeout = milliseconds(300)});
  Http2Peer peer(port());
  for (int i = 0; i < 2; ++i) peer.ask("GET", "/large");
  // 64 KiB fit into the connection's window; then nothing goes on, and memory is given back.
  for (int i = 0; i < 2; ++i) {
    const auto reset = peer.receive(FrameType::rst_stream);
    ASSERT_TRUE(reset);
    EXPECT_EQ(number_in(reset->payload), error_cancel);
  }
  EXPECT_EQ(peer.get("/inline").reset, error_cancel);  // it has no window, either
  EXPECT_EQ(Http2Peer(port()).get("/a").status, 200);
}

TEST_F(Http2, BoundsTheAnswersThatWait) {
  start({.max_waiting_answer_bytes = 700'000, .stop_timeout = milliseconds(100)});
  Http2Peer peer(port());
  for (int i = 0; i < 3; ++i) peer.ask("GET", "/large");
  // All three would need 900,000.
  std::multiset<int> statuses;
  for (int i = 0; i < 3; ++i) statuses.insert(peer.next_status());
  EXPECT_EQ(statuses, (std::multiset<int>{200, 200, 503}));
  Http2Peer other(port());
  EXPECT_EQ(other.get("/a").status, 200);
}

TEST_F(Http2, BoundsTheRequestsThatWait) {
  start({.threads = 1, .max_body_bytes = 200'000, .max_waiting_body_bytes = 300'000});
  Http2Peer peer(port());
  std::vector<std::int32_t> streams;
  for (int i = 0; i < 8; ++i) streams.push_back(peer.ask("POST", "/gate", {}, false));
  const std::string body(60'000, 'x');
  for (const std::int32_t stream : streams) peer.send_body(stream, body, false);
  EXPECT_EQ(peer.next_status(), 503);
  // The memory of those that are refused serves others.
  Http2Peer other(port());
  EXPECT_EQ(other.get("/inline").status, 200);
}

TEST_F(Http2, UnpacksABodyAndPacksAnAnswer) {
  start();
  Http2Peer peer(port());
  const std::string body(5'000, 'x');
  const std::int32_t stream =
      peer.ask("POST", "/a", {{"content-encoding", "gzip"}, {"accept-encoding", "gzip"}}, false);
  peer.send_body(stream, gzip(body));
  const auto answer = peer.answer(stream);
  EXPECT_EQ(answer.field("content-encoding"), "gzip");
  EXPECT_EQ(gunzip(answer.body, 10'000), "<POST /a " + body + ">");
}

TEST_F(Http2, UnpacksNoBodyOfADeferredAnswer) {
  start();
  Http2Peer peer(port());
  const std::string packed = gzip("abc");
  const std::int32_t stream =
      peer.ask("POST", "/deferred/echo", {{"content-encoding", "gzip"}}, false);
  peer.send_body(stream, packed);
  EXPECT_EQ(peer.answer(stream).body, "<POST /deferred/echo " + packed + ">");
}

TEST_F(Http2, FinishesAnswersUnderWayWhenItStops) {
  start({.threads = 2});
  Http2Peer peer(port());
  Http2Peer idle(port());
  EXPECT_EQ(idle.get("/inline").status, 200);
  const std::int32_t stream = peer.ask("GET", "/gate");
  gate_.wait_for(1);
  const std::jthread stopping([&] { server_->stop(); });
  // One frame, or two if its answer was just being ended.
  EXPECT_TRUE(idle.receive(FrameType::goaway));
  EXPECT_FALSE(idle.receive(FrameType::headers));
  // A new request is refused, the old one is answered.
  EXPECT_EQ(peer.answer(peer.ask("GET", "/late")).reset, error_refused);
  gate_.open();
  EXPECT_EQ(peer.answer(stream).body, "<GET /gate >");
  EXPECT_TRUE(peer.receive(FrameType::goaway));
  EXPECT_FALSE(peer.receive(FrameType::data));
}

TEST_F(Http2, StopsWhateverPeersDo) {
  start({.threads = 1, .stop_timeout = milliseconds(200)});
  Http2Peer peer(port());
  peer.ask("GET", "/gate");
  gate_.wait_for(1);
  peer.ask("GET", "/gate/waits");
  peer.ask("POST", "/a", {}, false);
  peer.ask("POST", "/stream", {}, false);
  peer.ask("GET", "/large");
  Http2Peer half(port());
  half.raw().send("\x01");
  EXPECT_EQ(peer.get("/inline").status, 200);
  server_->stop();
  while (peer.receive()) {
  }
}

// CVE-2023-44487: requests that are reset at once.
TEST_F(Http2, EndsAPeerThatResetsWhatItAsks) {
  start({.threads = 1});
  Http2Peer peer(port());
  std::string requests;
  for (std::int32_t stream = 1; stream < 6'000; stream += 2) {
    requests += frame_of(FrameType::headers, end_headers | end_stream, stream,
                         block_of(head_of("GET", "/a")));
    requests += frame_of(FrameType::rst_stream, 0, stream, number_of(8, 4));
  }
  peer.raw().send(requests);
  const auto last = peer.receive(FrameType::goaway);
  ASSERT_TRUE(last);
  EXPECT_NE(number_in(last->payload.substr(4, 4)), 0u);
  EXPECT_EQ(Http2Peer(port()).get("/a").status, 200);
}

TEST_F(Http2, EndsFloods) {
  start();
  const std::string ping = frame_of(FrameType::ping, 0, 0, "12345678");
  const std::string settings = frame_of(FrameType::settings, 0, 0);
  const std::string empty = frame_of(FrameType::data, 0, 1);
  const std::string window = frame_of(FrameType::window_update, 0, 0, number_of(1, 4));
  const std::string unknown = frame_of(static_cast<FrameType>(0x42), 0, 0, "abc");
  const std::string priority = frame_of(static_cast<FrameType>(2), 0, 1, std::string(5, '\1'));
  for (const std::string& frame : {ping, settings, empty, window, unknown, priority}) {
    Http2Peer peer(port());
    peer.ask("POST", "/stream", {}, false);
    std::string many;
    for (int i = 0; i < 1'000; ++i) many += frame;
    for (int i = 0; i < 120; ++i) peer.raw().send(many);
    const auto last = peer.receive(FrameType::goaway);
    // It may be lost if the peer goes on sending.
    if (last) {
      EXPECT_EQ(number_in(last->payload.substr(4, 4)), error_calm);
    }
    EXPECT_FALSE(peer.receive());
  }
  EXPECT_EQ(Http2Peer(port()).get("/a").status, 200);
}

TEST_F(Http2, EndsAHeadWithoutEnd) {
  start();
  for (const std::string& piece : {std::string(), block_of({{"a", std::string(10'000, 'x')}})}) {
    Http2Peer peer(port());
    peer.send(FrameType::headers, 0, 1, block_of(head_of("GET", "/")));
    for (int i = 0; i < 100; ++i) peer.send(FrameType::continuation, 0, 1, piece);
    EXPECT_FALSE(peer.receive(FrameType::ping));
  }
  EXPECT_EQ(Http2Peer(port()).get("/a").status, 200);
}

// An octet each that stands for a field of 4 KiB, in a head and in a trailer.
TEST_F(Http2, EndsAPeerThatRefersToALargeFieldAgainAndAgain) {
  start();
  std::string large = block_of({{"a", std::string(4'000, 'y')}});
  large[0] = '\x40';  // is indexed
  const std::string head = block_of(head_of("POST", "/stream"));
  for (const bool is_trailer : {false, true}) {
    Http2Peer peer(port());
    peer.send(FrameType::headers, end_headers | end_stream, 1, head + large);
    EXPECT_EQ(peer.answer(1).status, 200);
    std::string frames;
    if (is_trailer) frames = frame_of(FrameType::headers, end_headers, 3, head);
    frames += frame_of(FrameType::headers, end_stream, 3,
                       (is_trailer ? std::string() : head) + std::string(40, '\xbe'));
    frames += frame_of(FrameType::continuation, end_headers, 3);
    peer.raw().send(frames);
    const auto last = peer.receive(FrameType::goaway);
    ASSERT_TRUE(last);
    EXPECT_EQ(number_in(last->payload.substr(4, 4)), error_calm);
    EXPECT_FALSE(peer.receive());
  }
  EXPECT_EQ(Http2Peer(port()).get("/a").status, 200);
}

// A connection whose requests have all come at once does not keep others waiting until all of them
// are answered.
TEST_F(Http2, GivesOtherConnectionsTheirTurn) {
  Gate first;
  Gate others;  // holds all threads but one: a server has two more than `threads`
  std::mutex mutex;
  std::vector<std::string> order;
  const auto handle = [&](const Request& request) {
    if (request.target == "/first") first.hold();
    if (request.target == "/other") others.hold();
    const std::lock_guard lock(mutex);
    order.push_back(request.target);
    return Response{};
  };
  const auto server =
      Server::start({.listen = {TcpAddress{.port = 0}}, .threads = 1},
                    {[&handle](const Request&) { return Inline{handle}; }, error_of_status});
  ASSERT_TRUE(server);
  Http2Peer many((*server)->port());
  Http2Peer one((*server)->port());
  Http2Peer second((*server)->port());
  Http2Peer third((*server)->port());
  for (Http2Peer* peer : {&many, &one, &second, &third}) peer->get("/settled");
  for (Http2Peer* peer : {&second, &third}) (void)peer->ask("GET", "/other");
  others.wait_for(2);
  std::string burst;
  std::int32_t last = 0;
  for (int number = 0; number < 90; ++number) {
    last = 2 * number + 3;
    burst += frame_of(FrameType::headers, end_headers | end_stream, last,
                      block_of(head_of("GET", number == 0 ? "/first" : "/many")));
  }
  many.raw().send(burst);
  first.wait_for(1);
  const std::int32_t late = one.ask("GET", "/late");
  first.open();
  EXPECT_EQ(one.answer(late).status, 200);
  for (std::int32_t stream = 3; stream <= last; stream += 2) {
    EXPECT_EQ(many.next_status(), 200);
  }
  others.open();
  const std::lock_guard lock(mutex);
  const auto place = std::ranges::find(order, "/late") - std::ranges::find(order, "/first");
  EXPECT_LT(place, 60);
}

// Heads that are refused as too large use up the credit of their connection; others do not.
TEST_F(Http2, EndsAPeerThatSendsOnlyHeadsOverTheLimit) {
  start();
  std::string large = block_of({{"a", std::string(4'000, 'y')}});
  large[0] = '\x40';
  const auto ask = [&large](Http2Peer& peer, int references) {
    peer.send(FrameType::headers, end_headers | end_stream, 1,
              block_of(head_of("GET", "/inline")) + large);
    EXPECT_EQ(peer.answer(1).status, 200);
    for (std::int32_t stream = 3; stream < 1'000; stream += 2) {
      peer.send(FrameType::headers, end_headers | end_stream, stream,
                block_of(head_of("GET", "/inline")) +
                    std::string(static_cast<std::size_t>(references), '\xbe'));
      const int status = peer.answer(stream).status;
      if (status != 200 && status != 431) return 0;
      if (stream == 999) return status;
    }
    return 0;
  };
  Http2Peer useful(port());
  EXPECT_EQ(ask(useful, 3), 200);
  Http2Peer useless(port());
  EXPECT_EQ(ask(useless, 8), 0);
}

}  // namespace
}  // namespace chatreports::http
