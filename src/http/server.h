#pragma once
// The server of HTTP/1.1 and HTTP/2.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "http/admission.h"
#include "http/listen_address.h"

namespace chatreports::http {

struct TlsFiles {
  std::string certificate;  // PEM: the server's certificate, then the intermediate ones
  std::string key;          // PEM
};

struct ServerOptions {
  std::vector<ListenAddress> listen = {TcpAddress{}};
  unsigned threads = 2;  // for the handlers of one owner; other owners get one more
  std::size_t max_header_bytes = std::size_t{16} << 10;
  std::size_t max_body_bytes = std::size_t{1} << 20;
  std::size_t max_streamed_bytes = std::size_t{4} << 30;  // of a streamed body
  std::size_t max_streams = 4;                            // streamed bodies at once
  std::chrono::milliseconds stream_patience{30'000};      // of a streamed body, for a slot
  // For a streamed body: bytes per second after request_timeout, 0: any; and time for all of it.
  std::size_t min_body_rate = 1'024;
  std::chrono::milliseconds stream_timeout{3'600'000};
  std::size_t max_connections = 10'000;
  // Of one connection at a time; 0: no HTTP/2. RFC 9113, section 5.1.2, recommends at least 100,
  // and clients send that many before they know the limit.
  std::uint32_t max_http2_requests = 100;
  std::size_t max_waiting_requests = 1'000;  // for a thread
  // Over all connections: of bodies over 16 KiB, which stay in memory until they are answered, and
  // of unwritten answers over 64 KiB.
  std::size_t max_waiting_body_bytes = std::size_t{256} << 20;
  std::size_t max_waiting_answer_bytes = std::size_t{256} << 20;
  std::chrono::milliseconds idle_timeout{60'000};  // between requests
  // From a request's first byte to its last; and for the peer to take each 64 KiB of an answer.
  std::chrono::milliseconds request_timeout{30'000};
  // How long a request goes on after its peer has closed its sending side. The peer may still read,
  // or be gone.
  std::chrono::milliseconds half_closed_timeout{2'000};
  std::chrono::milliseconds stop_timeout{10'000};  // for answers in flight, when stopping
  // Seconds since 1970, for the Date of each answer. Without it, answers have no Date.
  std::function<std::int64_t()> unix_time = {};
  std::optional<TlsFiles> tls = std::nullopt;  // for TCP; else plain HTTP
};

// The load of a server now, and its work since it started.
struct ServerLoad {
  std::uint64_t connections = 0;  // open now
  std::uint64_t running = 0;      // handlers, now
  std::uint64_t waiting = 0;      // requests that wait for a handler, now
  std::uint64_t accepted = 0;     // connections
  std::uint64_t bytes_read = 0;   // without those of TLS
  std::uint64_t bytes_written = 0;
};

// Serves until stopped.
//
// Unpacks bodies in gzip for handlers in slots. Packs an answer if the request allows it and the
// answer is large enough.
class Server {
 public:
  // Fails if a server with these options could not use its certificate.
  static Result<void> check(const ServerOptions& options);
  // Listens when it returns. Fails if it can't listen on an address, or can't use the certificate.
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Handlers handlers);
  ~Server();  // as stop()
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Returns the port of the first address of TCP; 0 if there is none.
  std::uint16_t port() const;
  // Where it listens, with the ports that the system has chosen; in the order of the options.
  std::vector<ListenAddress> addresses() const;
  // Uses this certificate and its key for new connections. If that fails, the server goes on with
  // the old ones. Any thread, if the server has TLS.
  Result<void> reload_tls(const TlsFiles& files);
  // Returns whether the server has run anything since the last call, which it does within
  // milliseconds unless all of its threads hang. One thread.
  bool is_alive();
  // Returns why clients refuse the certificate in use, see http/tls.h; empty without TLS.
  std::string why_certificate_is_not_valid(std::int64_t unix_time) const;
  // Any thread.
  ServerLoad load() const;
  // Takes no new connections or requests, finishes answers in flight, gives up those that take
  // longer than stop_timeout, and joins all threads. Takes at most stop_timeout, plus the time of
  // handlers that ignore Request::abandoned.
  void stop();

 private:
  class Implementation;
  explicit Server(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports::http
