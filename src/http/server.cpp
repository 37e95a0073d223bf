#include "http/server.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "base/gzip.h"
#include "http/body_pipe.h"
#include "http/late_answer.h"
#include "http/stream.h"
#include "http/tls.h"
#include "http/turns.h"

namespace chatreports::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds accept_pause{100};  // after an accept that failed
constexpr std::chrono::milliseconds linger_time{1'000};
constexpr std::size_t linger_bytes = std::size_t{1} << 20;
constexpr std::size_t read_bytes = 4'096;
constexpr std::size_t least_bytes_to_pack = 1'024;  // below, a packet is sent either way

constexpr std::size_t piece_bytes = std::size_t{64} << 10;  // of a body that is taken as it comes

using HeadParser = beast::http::request_parser<beast::http::empty_body>;

Request request_of(const HeadParser::value_type& message) {
  Request request;
  request.method = message.method_string();
  request.target = message.target();
  for (const auto& field : message) {
    request.headers.emplace_back(field.name_string(), field.value());
  }
  return request;
}

}  // namespace

// Each await is a way through the queue of all that is to be done, behind hundreds of others on a
// busy server. What can be done at once is done at once.

// `need_more` where the head, or the body behind it, has not come whole; else it is parsed, or
// wrong.
template <class Parser>
error_code parse_what_is_there(beast::flat_buffer& buffer, Parser& parser) {
  const auto is_parsed = [&parser] {
    return parser.is_done() || (!parser.eager() && parser.is_header_done());
  };
  while (!is_parsed()) {
    error_code error;
    const std::size_t parsed = parser.put(buffer.data(), error);
    buffer.consume(parsed);
    if (error) return error;
    if (buffer.size() == 0 && !is_parsed()) return beast::http::error::need_more;
  }
  return {};
}

class Server::Implementation {
 public:
  Implementation(const ServerOptions& options, Handlers handlers)
      : options_(options),
        handlers_(std::move(handlers)),
        // One more than an owner may have, so that another's request need not wait.
        turns_(options.threads + 1, options.max_waiting_requests, std::chrono::hours(24),
               options.threads),
        stream_turns_(options.max_streams, options.max_waiting_requests, options.stream_patience),
        stream_threads_(options.max_streams),
        context_(static_cast<int>(options.threads + 2)),
        acceptor_(asio::make_strand(context_)) {}

  ~Implementation() { stop(); }

  Result<void> listen() {
    const std::string address = fmt::format("{}:{}", options_.host, options_.port);
    error_code error;
    tcp::resolver resolver(context_);
    const auto endpoints = resolver.resolve(options_.host, fmt::to_string(options_.port),
                                            tcp::resolver::passive, error);
    if (error || endpoints.empty()) {
      return failed(fmt::format("{} is not an address to listen on: {}", address, error.message()));
    }
    const tcp::endpoint endpoint = *endpoints.begin();
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error == asio::error::address_in_use) {
      return std::unexpected(
          Error{ErrorKind::in_use, fmt::format("{} is in use by another program", address)});
    }
    if (error) return failed(fmt::format("cannot listen on {}: {}", address, error.message()));
    port_ = acceptor_.local_endpoint(error).port();
    asio::co_spawn(acceptor_.get_executor(), accept_connections(), asio::detached);
    // One more than run handlers: it reads, writes and answers what is urgent.
    for (unsigned thread = 0; thread < options_.threads + 2; ++thread) {
      threads_.emplace_back([this] { context_.run(); });
    }
    return {};
  }

  std::uint16_t port() const { return port_; }

  Result<void> load_tls() {
    if (!options_.tls) return {};
    auto tls = make_tls_context(*options_.tls);
    if (!tls) return std::unexpected(tls.error());
    const std::lock_guard lock(mutex_);
    tls_ = *std::move(tls);
    return {};
  }

  void stop() {
    if (stopping_.exchange(true)) return;
    asio::post(acceptor_.get_executor(), [this] {
      error_code ignored;
      acceptor_.close(ignored);
    });
    {
      std::unique_lock lock(mutex_);
      for (const auto& connection : connections_) {
        asio::post(connection->stream.get_executor(), [connection] {
          if (connection->idle) connection->cancel();
        });
      }
      all_closed_.wait_for(lock, options_.stop_timeout, [this] { return connections_.empty(); });
    }
    context_.stop();
    for (std::thread& thread : threads_) thread.join();
    // Those that were too slow.
    for (const auto& connection : connections_) {
      if (connection->pipe) connection->pipe->abandon();
      connection->close();
    }
    stream_threads_.join();
  }

 private:
  // Touched on its strand alone.
  struct Connection : std::enable_shared_from_this<Connection> {
    explicit Connection(tcp::socket accepted)
        : stream(std::move(accepted)), deadline(stream.get_executor()) {}

    // From now on what is read or written must be done within `time`, or fails. Most is done long
    // before, so the timer is left to run and looks, when it ends, whether it was meant.
    void must_finish_within(std::chrono::milliseconds time) {
      timed_out = false;
      deadline_at = std::chrono::steady_clock::now() + time;
      if (!is_armed || deadline_at < deadline.expiry()) arm();
    }
    void arm() {
      is_armed = true;
      deadline.expires_at(deadline_at);
      // A wait that ended just before it was replaced is told by its number.
      deadline.async_wait([weak = weak_from_this(), number = ++deadline_number](error_code error) {
        const auto connection = weak.lock();
        if (error || !connection || connection->deadline_number != number) return;
        if (std::chrono::steady_clock::now() < connection->deadline_at) return connection->arm();
        connection->is_armed = false;
        connection->timed_out = true;
        connection->cancel();
      });
    }
    void cancel() {
      error_code ignored;
      stream.socket().cancel(ignored);
    }
    void end_sending() {
      error_code ignored;
      stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }
    void close() {
      deadline.cancel();
      error_code ignored;
      stream.socket().close(ignored);
    }

    Stream stream;
    asio::steady_timer deadline;
    std::chrono::steady_clock::time_point deadline_at;
    std::uint64_t deadline_number = 0;
    bool is_armed = false;  // a wait for the timer is under way
    beast::flat_buffer buffer;
    std::shared_ptr<BodyPipe> pipe;  // while a body is taken as it comes
    bool idle = true;                // between requests
    bool timed_out = false;
  };

  // Puts the connection on the list of open ones for as long as it is served.
  class Opened {
   public:
    Opened(Implementation& server, std::shared_ptr<Connection> connection)
        : server_(server), connection_(std::move(connection)) {
      const std::lock_guard lock(server_.mutex_);
      server_.connections_.insert(connection_);
    }
    ~Opened() {
      connection_->close();
      const std::lock_guard lock(server_.mutex_);
      server_.connections_.erase(connection_);
      server_.all_closed_.notify_all();
    }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;

   private:
    Implementation& server_;
    const std::shared_ptr<Connection> connection_;
  };

  // The connection has a pipe as long as this is there.
  class Streaming {
   public:
    explicit Streaming(Connection& connection) : connection_(connection) {
      connection_.pipe = std::make_shared<BodyPipe>(connection_.stream.get_executor());
    }
    ~Streaming() {
      connection_.pipe->abandon();
      connection_.pipe = nullptr;
    }
    Streaming(const Streaming&) = delete;
    Streaming& operator=(const Streaming&) = delete;

   private:
    Connection& connection_;
  };

  static constexpr int gone = -1;

  // `would_block` where not all of it was taken at once; over TLS nothing is tried.
  template <class Serializer>
  static error_code write_what_fits(Connection& connection, Serializer& serializer) {
    error_code error = asio::error::would_block;
    if (connection.stream.tls() != nullptr) return error;
    tcp::socket& socket = connection.stream.socket();
    error = {};
    if (!socket.non_blocking()) socket.non_blocking(true, error);
    while (!error && !serializer.is_done()) beast::http::write_some(socket, serializer, error);
    return error;
  }

  asio::awaitable<void> accept_connections() {
    while (!stopping_) {
      auto [error, socket] = co_await acceptor_.async_accept(asio::make_strand(context_), no_throw);
      if (error) {
        if (!acceptor_.is_open()) co_return;
        // Too many open files, or a peer that was gone at once: the next try may succeed.
        asio::steady_timer pause(acceptor_.get_executor(), accept_pause);
        co_await pause.async_wait(no_throw);
        continue;
      }
      const auto executor = socket.get_executor();
      asio::co_spawn(executor, serve(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    const auto shared = std::make_shared<Connection>(std::move(socket));
    const Opened opened(*this, shared);
    Connection& connection = *shared;
    // Accepted while the server was stopping, after it had asked all that were open to end.
    if (stopping_) co_return;
    error_code ignored;
    connection.stream.socket().set_option(tcp::no_delay(true), ignored);
    // Keep the awaits here plain: where they stood in both branches of an `if`, or took an argument
    // by value, GCC 12 made wrong code of them, and clang did not.
    try {
      const bool can_talk = co_await begin_tls(connection);
      if (!can_talk) co_return;
      if (is_full()) {
        co_await refuse(connection, 503);
        co_return;
      }
      while (co_await answer_one(connection) && !stopping_) connection.idle = true;
      co_await end_tls(connection);
      connection.end_sending();
    } catch (const std::exception&) {
      // Memory that ran out, say: this connection ends, the others live on.
    }
  }

  // The handshake, where the server speaks TLS. False where it fails.
  asio::awaitable<bool> begin_tls(Connection& connection) {
    const std::shared_ptr<asio::ssl::context> context = tls_context();
    if (!context) co_return true;
    Stream::Tls& tls = connection.stream.start_tls(context);
    connection.must_finish_within(options_.request_timeout);
    const auto [error] = co_await tls.async_handshake(asio::ssl::stream_base::server, no_throw);
    co_return !error;
  }

  asio::awaitable<void> end_tls(Connection& connection) {
    Stream::Tls* tls = connection.stream.tls();
    if (tls == nullptr) co_return;
    connection.must_finish_within(linger_time);
    co_await tls->async_shutdown(no_throw);
  }

  std::shared_ptr<asio::ssl::context> tls_context() {
    const std::lock_guard lock(mutex_);
    return tls_;
  }

  bool is_full() {
    const std::lock_guard lock(mutex_);
    return connections_.size() > options_.max_connections;
  }

  // False where the connection is at its end.
  asio::awaitable<bool> answer_one(Connection& connection) {
    if (connection.buffer.size() == 0) {
      connection.must_finish_within(options_.idle_timeout);
      const auto [error, bytes] = co_await connection.stream.async_read_some(
          connection.buffer.prepare(read_bytes), no_throw);
      if (error) co_return false;
      connection.buffer.commit(bytes);
    }
    connection.idle = false;
    connection.must_finish_within(options_.request_timeout);
    HeadParser head;
    head.header_limit(static_cast<std::uint32_t>(options_.max_header_bytes));
    head.body_limit(boost::none);  // what it is depends on what the head says
    error_code error = parse_what_is_there(connection.buffer, head);
    if (error == beast::http::error::need_more) {
      const auto [failure, bytes] = co_await beast::http::async_read_header(
          connection.stream, connection.buffer, head, no_throw);
      error = failure;
    }
    if (error) co_return co_await refuse(connection, status_of(error, connection));
    Request request = request_of(head.get());
    const bool is_streamed = handlers_.stream.is_for(request);
    const std::size_t limit = is_streamed ? options_.max_streamed_bytes : options_.max_body_bytes;
    if (head.content_length().value_or(0) > limit) {
      co_return co_await refuse(connection, handlers_.error_response(413, limit));
    }
    if (is_streamed) co_return co_await answer_streamed(connection, head, request);
    co_return co_await answer_whole(connection, head, request);
  }

  // Tells a peer that asked whether to send its body to do so. False where it is gone.
  template <class Parser>
  asio::awaitable<bool> invite_body(Connection& connection, const Parser& head) {
    if (head.is_done()) co_return true;
    if (!beast::iequals(head.get()[beast::http::field::expect], "100-continue")) co_return true;
    const beast::http::response<beast::http::empty_body> go_on(beast::http::status::continue_,
                                                               head.get().version());
    const auto [error, bytes] =
        co_await beast::http::async_write(connection.stream, go_on, no_throw);
    co_return !error;
  }

  asio::awaitable<bool> answer_whole(Connection& connection, HeadParser& head, Request& request) {
    const bool invited = co_await invite_body(connection, head);
    if (!invited) co_return false;
    beast::http::request_parser<beast::http::string_body> parser(std::move(head));
    parser.body_limit(options_.max_body_bytes);
    parser.eager(true);
    error_code error = parse_what_is_there(connection.buffer, parser);
    if (error == beast::http::error::need_more) {
      const auto [failure, bytes] =
          co_await beast::http::async_read(connection.stream, connection.buffer, parser, no_throw);
      error = failure;
    }
    if (error) co_return co_await refuse(connection, status_of(error, connection));
    request.body = std::move(parser.get().body());

    const unsigned version = parser.get().version();
    const bool is_head = parser.get().method() == beast::http::verb::head;
    const bool keep_alive = parser.get().keep_alive();
    if (handlers_.late.is_for(request)) {
      Response late = co_await answer_late(request, connection);
      connection.must_finish_within(options_.request_timeout);
      co_return co_await write(connection, std::move(late), version, is_head,
                               keep_alive && !stopping_);
    }
    Response response = co_await answer_to(request, connection);
    connection.must_finish_within(options_.request_timeout);
    co_return co_await write(connection, std::move(response), version, is_head,
                             keep_alive && !stopping_);
  }

  // No thread waits for the answer.
  asio::awaitable<Response> answer_late(Request& request, Connection& connection) {
    if (!unpacked(request)) co_return handlers_.error_response(413, options_.max_body_bytes);
    const auto late = std::make_shared<LateAnswer>(connection.stream.get_executor());
    const AwaitedAnswer awaited(*late);
    handlers_.late.handle(request, [late](Response response) { late->give(std::move(response)); });
    co_return co_await late->response();
  }

  // The handler waits on a thread of its own, for the body and for what it does with it.
  asio::awaitable<bool> answer_streamed(Connection& connection, HeadParser& head,
                                        Request& request) {
    const bool entered = co_await stream_turns_.enter(connection.stream.get_executor());
    if (!entered) co_return co_await refuse(connection, handlers_.error_response(503, 0));
    const Turn turn(stream_turns_);
    const Streaming streaming(connection);
    const std::shared_ptr<BodyPipe> pipe = connection.pipe;
    asio::post(stream_threads_, [this, pipe, request] {
      Response response;
      try {
        response = handlers_.stream.handle(request, *pipe);
      } catch (const std::exception&) {
        response = handlers_.error_response(500, 0);
      }
      pipe->answer(std::move(response));
    });
    beast::http::request_parser<beast::http::buffer_body> parser(std::move(head));
    parser.body_limit(options_.max_streamed_bytes);
    const int failure = co_await feed(connection, parser, *pipe);
    Response response = co_await pipe->response();
    if (failure == gone) co_return false;
    if (failure != 0) {
      co_return co_await refuse(connection,
                                handlers_.error_response(failure, options_.max_streamed_bytes));
    }
    if (!parser.is_done()) co_return co_await refuse(connection, std::move(response));
    connection.must_finish_within(options_.request_timeout);
    co_return co_await write(connection, std::move(response), parser.get().version(), false,
                             parser.get().keep_alive() && !stopping_);
  }

  // Gives the body to the handler, piece by piece, until it has all or has answered. The status
  // to answer with where the body can't be read, `gone` where there is nobody to answer, else 0.
  asio::awaitable<int> feed(Connection& connection,
                            beast::http::request_parser<beast::http::buffer_body>& parser,
                            BodyPipe& pipe) {
    bool is_invited = false;
    while (!parser.is_done()) {
      const bool wanted = co_await pipe.wanted();
      if (!wanted) co_return 0;
      connection.must_finish_within(options_.request_timeout);
      if (!is_invited) {
        is_invited = true;
        co_await invite_body(connection, parser);
      }
      std::string piece(piece_bytes, '\0');
      parser.get().body().data = piece.data();
      parser.get().body().size = piece.size();
      parser.get().body().more = true;
      auto [error, bytes] = co_await beast::http::async_read_some(
          connection.stream, connection.buffer, parser, no_throw);
      if (error && error != beast::http::error::need_buffer) {
        pipe.end(Error{ErrorKind::unavailable, "the body did not come whole"});
        const int status = status_of(error, connection);
        co_return status == 0 ? gone : status;
      }
      piece.resize(piece.size() - parser.get().body().size);
      pipe.give(std::move(piece));
    }
    pipe.end();
    co_return 0;
  }

  asio::awaitable<Response> answer_to(Request& request, Connection& connection) {
    std::optional<Response> urgent = handlers_.urgent(request);
    if (urgent) co_return *std::move(urgent);
    const Share share = handlers_.share_of(request);
    const bool entered = co_await turns_.enter(connection.stream.get_executor(), share);
    if (!entered) co_return handlers_.error_response(503, 0);
    co_return answer_in_turn(request, share);
  }

  // Who was let in is answered and leaves, even where memory runs out on the way.
  Response answer_in_turn(Request& request, Share share) {
    const Turn turn(turns_, share);
    Response response = unpacked(request) ? handlers_.handle(request)
                                          : handlers_.error_response(413, options_.max_body_bytes);
    if (response.body.size() >= least_bytes_to_pack) pack(response, request);
    return response;
  }

  // Unpacks a gzip body; false where it is larger than a body may be. One that is damaged stays as
  // it is, with its Content-Encoding, for the handler to refuse.
  bool unpacked(Request& request) const {
    if (!beast::iequals(request.header("Content-Encoding"), "gzip")) return true;
    Result<std::string> body = gunzip(request.body, options_.max_body_bytes);
    if (!body) return true;
    if (body->size() > options_.max_body_bytes) return false;
    request.body = *std::move(body);
    std::erase_if(request.headers, [](const auto& header) {
      return beast::iequals(header.first, "Content-Encoding");
    });
    return true;
  }

  static void pack(Response& response, const Request& request) {
    response.headers.emplace_back("Vary", "Accept-Encoding");
    if (!request.accepts_gzip()) return;
    response.body = gzip(response.body);
    response.headers.emplace_back("Content-Encoding", "gzip");
  }

  // The status that a failed read is answered with; 0 where there is nobody to answer.
  static int status_of(error_code failure, const Connection& connection) {
    using beast::http::error;
    if (connection.timed_out) return 408;
    if (failure == error::body_limit) return 413;
    if (failure == error::header_limit) return 431;
    if (failure == error::end_of_stream || failure == error::partial_message) return 0;
    return failure.category() == make_error_code(error::bad_method).category() ? 400 : 0;
  }

  // What was passed, in bytes.
  std::size_t limit_of(int status) const {
    if (status == 413) return options_.max_body_bytes;
    return status == 431 ? options_.max_header_bytes : 0;
  }

  asio::awaitable<bool> refuse(Connection& connection, int status) {
    if (status == 0) co_return false;
    co_return co_await refuse(connection, handlers_.error_response(status, limit_of(status)));
  }

  asio::awaitable<bool> write(Connection& connection, Response response, unsigned version,
                              bool is_head, bool keep_alive) {
    beast::http::response<beast::http::string_body> message(
        beast::http::int_to_status(static_cast<unsigned>(response.status)), version);
    for (const auto& [name, value] : response.headers) message.insert(name, value);
    message.content_length(response.body.size());
    message.keep_alive(keep_alive);
    message.body() = std::move(response.body);
    beast::http::response_serializer<beast::http::string_body> serializer(message);
    if (is_head) {
      const auto [error, bytes] =
          co_await beast::http::async_write_header(connection.stream, serializer, no_throw);
      co_return !error && keep_alive;
    }
    error_code error = write_what_fits(connection, serializer);
    if (error == asio::error::would_block) {
      const auto [failure, bytes] =
          co_await beast::http::async_write(connection.stream, serializer, no_throw);
      error = failure;
    }
    co_return !error && keep_alive;
  }

  // Answers before the request is read to its end, and ends the connection so that the answer can
  // still be read: what the peer goes on sending is taken and thrown away for a while.
  asio::awaitable<bool> refuse(Connection& connection, Response response) {
    connection.must_finish_within(linger_time);
    co_await write(connection, std::move(response), 11, false, false);
    connection.end_sending();
    std::array<char, read_bytes> thrown_away{};
    for (std::size_t total = 0; total < linger_bytes;) {
      const auto [error, bytes] =
          co_await connection.stream.async_read_some(asio::buffer(thrown_away), no_throw);
      if (error) break;
      total += bytes;
    }
    co_return false;
  }

  const ServerOptions options_;
  const Handlers handlers_;
  Turns turns_;
  Turns stream_turns_;
  asio::thread_pool stream_threads_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::condition_variable all_closed_;
  std::set<std::shared_ptr<Connection>> connections_;  // guarded by mutex_
  std::shared_ptr<asio::ssl::context> tls_;            // guarded by mutex_

  // Last, so that it goes first: what it still holds takes itself off the list above.
  asio::io_context context_;
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::vector<std::thread> threads_;
};

Server::Server(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Handlers handlers) {
  auto implementation = std::make_unique<Implementation>(options, std::move(handlers));
  if (const Result<void> loaded = implementation->load_tls(); !loaded) {
    return std::unexpected(loaded.error());
  }
  const Result<void> listening = implementation->listen();
  if (!listening) return std::unexpected(listening.error());
  return std::unique_ptr<Server>(new Server(std::move(implementation)));
}

std::uint16_t Server::port() const {
  return implementation_->port();
}

Result<void> Server::reload_tls() {
  return implementation_->load_tls();
}

void Server::stop() {
  implementation_->stop();
}

}  // namespace chatreports::http
