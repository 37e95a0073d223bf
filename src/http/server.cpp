#include "http/server.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "http/connection.h"
#include "http/connection_watch.h"
#include "http/listener.h"
#include "http/session.h"
#include "http/tls.h"

namespace chatreports::http {
namespace {

namespace asio = boost::asio;
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
        strand_(asio::make_strand(context_)) {}

  ~Implementation() { stop(); }

  Result<void> listen() {
    for (const ListenAddress& address : shared_.options.listen) {
      auto listener = Listener::open(strand_, address);
      if (!listener) return std::unexpected(listener.error());
      listeners_.push_back(*std::move(listener));
    }
    for (const auto& listener : listeners_) {
      asio::co_spawn(strand_, accept_connections(*listener), asio::detached);
    }
    asio::co_spawn(strand_, watch_connections(connections_, shared_), asio::detached);
    // One more than run handlers: it reads, writes and answers inline.
    for (unsigned thread = 0; thread < shared_.options.threads + 2; ++thread) {
      threads_.emplace_back([this] { run_context(); });
    }
    return {};
  }

  std::uint16_t port() const {
    for (const auto& listener : listeners_) {
      if (listener->is_tcp()) return *listener->port();
    }
    return 0;
  }

  std::vector<ListenAddress> addresses() const {
    std::vector<ListenAddress> addresses;
    for (const auto& listener : listeners_) addresses.push_back(listener->address());
    return addresses;
  }

  bool is_alive() {
    const bool was_alive = has_run_.exchange(false);
    asio::post(context_, [this] { has_run_ = true; });
    return was_alive;
  }

  Result<void> load_tls(const TlsFiles& files) {
    auto tls = make_tls_context(files, shared_.options.max_http2_requests > 0);
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
    asio::post(strand_, [this] {
      for (const auto& listener : listeners_) listener->close();
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

  asio::awaitable<void> accept_connections(Listener& listener) {
    while (!shared_.stopping) {
      auto [error, socket] =
          co_await listener.acceptor().async_accept(asio::make_strand(context_), no_throw);
      if (error) {
        if (!listener.acceptor().is_open()) co_return;
        // Too many open files, or a peer that left at once: the next accept may succeed.
        asio::steady_timer pause(strand_, accept_pause);
        co_await pause.async_wait(no_throw);
        continue;
      }
      ++accepted_;
      if (connections_.count() >= shared_.options.max_connections + connections_to_refuse) continue;
      const auto executor = socket.get_executor();
      asio::co_spawn(executor, serve(std::move(socket), listener.is_tcp()), asio::detached);
    }
  }

  asio::awaitable<void> serve(Stream::Socket socket, bool is_tcp) {
    const auto connection = std::make_shared<Connection>(std::move(socket), shared_.waiting_bodies,
                                                         shared_.waiting_answers);
    const OpenConnection open(connections_, connection);
    // Accepted after stop() has ended the open connections.
    if (shared_.stopping) co_return;
    try {
      Session session(shared_, connection);
      const bool is_full = connections_.count() > shared_.options.max_connections;
      std::shared_ptr<asio::ssl::context> tls;
      if (is_tcp) tls = tls_context();
      // Keep the await plain: see exchange.cpp.
      co_await session.run(std::move(tls), is_full);
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
  std::atomic<bool> has_run_ = true;  // since the last call of is_alive

  // Declared last, so destroyed first: coroutines that it still holds use the list above.
  asio::io_context context_;
  asio::any_io_executor strand_;  // of the listeners
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<std::thread> threads_;
};

Server::Server(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

Server::~Server() = default;

Result<void> Server::check(const ServerOptions& options) {
  if (!options.tls) return {};
  const auto context = make_tls_context(*options.tls, options.max_http2_requests > 0);
  if (!context) return std::unexpected(context.error());
  return {};
}

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Handlers handlers) {
  auto implementation = std::make_unique<Implementation>(options, std::move(handlers));
  if (options.tls) {
    const Result<void> loaded = implementation->load_tls(*options.tls);
    if (!loaded) return std::unexpected(loaded.error());
  }
  const Result<void> listening = implementation->listen();
  if (!listening) return std::unexpected(listening.error());
  return std::unique_ptr<Server>(new Server(std::move(implementation)));
}

std::uint16_t Server::port() const {
  return implementation_->port();
}

std::vector<ListenAddress> Server::addresses() const {
  return implementation_->addresses();
}

Result<void> Server::reload_tls(const TlsFiles& files) {
  return implementation_->load_tls(files);
}

bool Server::is_alive() {
  return implementation_->is_alive();
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
