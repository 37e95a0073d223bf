#pragma once
// The HTTP/1.1 server.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "http/message.h"

namespace chatreports::http {

struct TlsFiles {
  std::string certificate;  // PEM: the server's certificate, then those between it and the root
  std::string key;          // PEM
};

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: the system chooses, see Server::port
  unsigned threads = 2;       // that run handlers of one owner; others have one more
  std::size_t max_header_bytes = std::size_t{16} << 10;
  std::size_t max_body_bytes = std::size_t{1} << 20;
  std::size_t max_streamed_bytes = std::size_t{4} << 30;  // of a body taken as it comes
  std::size_t max_streams = 4;                            // such bodies at once
  std::chrono::milliseconds stream_patience{30'000};      // for the turn of one more
  std::size_t min_body_rate =
      1'024;  // bytes a second of such a body, after request_timeout; 0: any
  std::chrono::milliseconds stream_timeout{3'600'000};  // for such a body to come, as a whole
  std::size_t max_connections = 10'000;
  std::size_t max_waiting_requests = 1'000;  // for a thread, beside those that have one
  // Over all connections: of bodies over 16 KiB, which are kept until they are answered, and of
  // answers over 64 KiB that are not yet written.
  std::size_t max_waiting_body_bytes = std::size_t{256} << 20;
  std::size_t max_waiting_answer_bytes = std::size_t{256} << 20;
  std::chrono::milliseconds idle_timeout{60'000};  // between requests
  // From a request's first byte to its last; and for each 64 KiB of an answer to be taken.
  std::chrono::milliseconds request_timeout{30'000};
  // How long a request goes on whose peer has closed its sending side: it may still read, or be
  // gone.
  std::chrono::milliseconds half_closed_timeout{2'000};
  std::chrono::milliseconds stop_timeout{10'000};  // for answers in flight, when stopping
  // Seconds since 1970, for the Date of each answer; without it there is none.
  std::function<std::int64_t()> unix_time = {};
  std::optional<TlsFiles> tls = std::nullopt;  // else plain HTTP
};

// Serves until stopped.
//
// A request whose body is gzip is handed on unpacked, but for a streamed one, which is handed on as
// it comes; an answer is packed where the request allows it and it pays.
class Server {
 public:
  // Listens when it returns. The error says what is wrong with the address.
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Handlers handlers);
  ~Server();  // as stop
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  // Reads the certificate and its key again, for the connections to come. Where that fails, those
  // that were read before stay. Any thread.
  Result<void> reload_tls();
  // Why clients refuse the certificate that is used now, see http/tls.h; empty without TLS.
  std::string why_certificate_is_not_valid(std::int64_t unix_time) const;
  // No new connections or requests; answers in flight finish, and those that take longer than
  // stop_timeout are given up; then all threads are joined. It takes no longer than stop_timeout
  // and the handlers that don't look at Request::abandoned.
  void stop();

 private:
  class Implementation;
  explicit Server(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports::http
