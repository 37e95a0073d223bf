#include "http/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "http/connection.h"
#include "http/connection_watch.h"
#include "http/session.h"
#include "http/tls.h"

namespace chatreports::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds accept_pause{100};  // after an accept that failed
// Connections over the limit that are answered 503; those beyond are closed without an answer.
constexpr std::size_t connections_to_refuse = 32;
// The most of stop_timeout that is left for handlers to give up.
constexpr milliseconds most_giving_up{2'000};

}  // namespace

class Server::Implementation {
 public:
  Implementation(const ServerOptions& options, Handlers handlers)
      : shared_(options, std::move(handlers)),
        context_(static_cast<int>(options.threads + 2)),
        acceptor_(asio::make_strand(context_)) {}

  ~Implementation() { stop(); }

  Result<void> listen() {
    const ServerOptions& options = shared_.options;
    const std::string address = fmt::format("{}:{}", options.host, options.port);
    error_code error;
    tcp::resolver resolver(context_);
    const auto endpoints =
        resolver.resolve(options.host, fmt::to_string(options.port), tcp::resolver::passive, error);
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
          Error{ErrorKind::in_use, fmt::format("{} is in use by another process", address)});
    }
    if (error) return failed(fmt::format("cannot listen on {}: {}", address, error.message()));
    port_ = acceptor_.local_endpoint(error).port();
    asio::co_spawn(acceptor_.get_executor(), accept_connections(), asio::detached);
    asio::co_spawn(acceptor_.get_executor(), watch_connections(connections_, shared_),
                   asio::detached);
    // One more than run handlers: it reads, writes and answers inline.
    for (unsigned thread = 0; thread < options.threads + 2; ++thread) {
      threads_.emplace_back([this] { run_context(); });
    }
    return {};
  }

  std::uint16_t port() const { return port_; }

  Result<void> load_tls() {
    if (!shared_.options.tls) return {};
    auto tls = make_tls_context(*shared_.options.tls, shared_.options.max_http2_requests > 0);
    if (!tls) return std::unexpected(tls.error());
    const std::lock_guard lock(mutex_);
    tls_ = *std::move(tls);
    return {};
  }

  std::string why_certificate_is_not_valid(std::int64_t unix_time) {
    const auto tls = tls_context();
    return tls ? why_not_valid(*tls, unix_time) : std::string();
  }

  ServerLoad load() const {
    const HandlerSlots::Use handlers = shared_.slots.use();
    const HandlerSlots::Use streams = shared_.stream_slots.use();
    return {.connections = connections_.count(),
            .running = handlers.running + streams.running,
            .waiting = handlers.waiting + streams.waiting,
            .accepted = accepted_,
            .bytes_read = shared_.wire.traffic().read,
            .bytes_written = shared_.wire.traffic().written};
  }

  void stop() {
    if (shared_.stopping.exchange(true)) return;
    asio::post(acceptor_.get_executor(), [this] {
      error_code ignored;
      acceptor_.close(ignored);
    });
    connections_.for_each([](const std::shared_ptr<Connection>& connection) {
      asio::post(connection->stream.get_executor(), [connection] {
        if (connection->idle) connection->cancel();
      });
    });
    const milliseconds all = shared_.options.stop_timeout;
    const milliseconds for_giving_up = std::min(all / 4, most_giving_up);
    if (!connections_.wait_until_empty(all - for_giving_up)) {
      give_up();
      connections_.wait_until_empty(for_giving_up);
    }
    context_.stop();
    for (std::thread& thread : threads_) thread.join();
    // The connections that were too slow.
    connections_.for_each([](const std::shared_ptr<Connection>& connection) {
      for (const auto& pipe : connection->pipes) pipe->abandon();
      connection->close();
    });
    shared_.stream_threads.join();
  }

 private:
  // An exception from a library ends one operation; the thread goes on with the others.
  void run_context() {
    while (true) {
      try {
        context_.run();
        return;
      } catch (const std::exception&) {
        continue;
      }
    }
  }

  // Asks handlers to give up, and ends all reads and writes.
  void give_up() {
    std::vector<std::shared_ptr<Connection>> slow;
    connections_.for_each([&slow](const auto& connection) { slow.push_back(connection); });
    for (const auto& connection : slow) {
      connection->abandoned.request_stop();
      asio::post(connection->stream.get_executor(), [connection] {
        for (const auto& pipe : connection->pipes) {
          pipe->end(Error{ErrorKind::unavailable, "the server is stopping"});
        }
        connection->cancel();
      });
    }
  }

  asio::awaitable<void> accept_connections() {
    while (!shared_.stopping) {
      auto [error, socket] = co_await acceptor_.async_accept(asio::make_strand(context_), no_throw);
      if (error) {
        if (!acceptor_.is_open()) co_return;
        // Too many open files, or a peer that left at once: the next accept may succeed.
        asio::steady_timer pause(acceptor_.get_executor(), accept_pause);
        co_await pause.async_wait(no_throw);
        continue;
      }
      ++accepted_;
      if (connections_.count() >= shared_.options.max_connections + connections_to_refuse) continue;
      const auto executor = socket.get_executor();
      asio::co_spawn(executor, serve(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    const auto connection = std::make_shared<Connection>(std::move(socket), shared_.waiting_bodies,
                                                         shared_.waiting_answers);
    const OpenConnection open(connections_, connection);
    // Accepted after stop() has ended the open connections.
    if (shared_.stopping) co_return;
    try {
      Session session(shared_, connection);
      const bool is_full = connections_.count() > shared_.options.max_connections;
      co_await session.run(tls_context(), is_full);
    } catch (const std::exception&) {
      // Out of memory, for example: this connection ends, the others go on.
    }
  }

  std::shared_ptr<asio::ssl::context> tls_context() {
    const std::lock_guard lock(mutex_);
    return tls_;
  }

  Shared shared_;
  Connections connections_;
  std::mutex mutex_;
  std::shared_ptr<asio::ssl::context> tls_;  // guarded by mutex_
  std::atomic<std::uint64_t> accepted_ = 0;

  // Declared last, so destroyed first: coroutines that it still holds use the list above.
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

std::string Server::why_certificate_is_not_valid(std::int64_t unix_time) const {
  return implementation_->why_certificate_is_not_valid(unix_time);
}

ServerLoad Server::load() const {
  return implementation_->load();
}

void Server::stop() {
  implementation_->stop();
}

}  // namespace chatreports::http
