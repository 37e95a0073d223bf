#pragma once
// The life of one connection: TLS, and requests in the protocol that the peer has chosen.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <optional>

#include "http/connection.h"
#include "http/http1_session.h"
#include "http/shared.h"

namespace chatreports::http {

// One for each connection; it lives in the connection's coroutine.
class Session {
 public:
  Session(Shared& shared, std::shared_ptr<Connection> connection)
      : shared_(shared), connection_(std::move(connection)), http1_(shared, *connection_) {}

  // Serves the connection to its end. `tls` is null for plain HTTP. If `is_full`, there are too
  // many connections, and this one is refused.
  boost::asio::awaitable<void> run(std::shared_ptr<boost::asio::ssl::context> tls, bool is_full);

 private:
  // Does the handshake if the server uses TLS. Returns false if it fails.
  boost::asio::awaitable<bool> begin_tls(std::shared_ptr<boost::asio::ssl::context> tls);
  boost::asio::awaitable<void> end_tls();
  // Returns whether the peer uses HTTP/2: chosen in the handshake, or by the first bytes without
  // TLS. Returns nothing if the connection ends before.
  boost::asio::awaitable<std::optional<bool>> is_http2(bool is_full);

  Shared& shared_;
  const std::shared_ptr<Connection> connection_;
  Http1Session http1_;
};

}  // namespace chatreports::http
