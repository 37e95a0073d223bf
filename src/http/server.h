#pragma once
// The HTTP/1.1 server. server.cpp is the only file that includes Boost.Beast.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "http/message.h"

namespace chatreports::http {

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: the system chooses, see Server::port
  unsigned threads = 2;
  std::size_t max_header_bytes = std::size_t{16} << 10;
  std::size_t max_body_bytes = std::size_t{1} << 20;
  std::size_t max_connections = 10'000;
  std::chrono::milliseconds idle_timeout{60'000};     // between requests
  std::chrono::milliseconds request_timeout{30'000};  // from a request's first byte to its last
  std::chrono::milliseconds stop_timeout{10'000};     // for answers in flight, when stopping
};

// Serves until stopped. Errors that arise before a handler can be asked (malformed request, header
// or body over a limit) are answered through `error_response(status, limit)`, so that they have the
// form of all other errors; `limit` is how many bytes there may be, with 413 and 431.
class Server {
 public:
  using ErrorResponse = std::function<Response(int status, std::size_t limit)>;

  // Listens when it returns. The error says what is wrong with the address.
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Handler handler,
                                               ErrorResponse error_response);
  ~Server();  // as stop
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  // No new connections or requests; answers in flight finish; then all threads are joined.
  void stop();

 private:
  class Implementation;
  explicit Server(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports::http
