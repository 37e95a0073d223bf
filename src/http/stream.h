#pragma once
// A byte stream, plain or through TLS. It is one type, so that the code that reads and writes HTTP
// compiles once.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <optional>
#include <utility>

namespace chatreports::http {

// Satisfies Asio's AsyncReadStream and AsyncWriteStream.
class Stream {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;  // of TCP or of a Unix domain
  using Tls = boost::asio::ssl::stream<Socket&>;
  using executor_type = boost::asio::any_io_executor;

  explicit Stream(Socket socket) : socket_(std::move(socket)) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  executor_type get_executor() { return socket_.get_executor(); }
  Socket& socket() { return socket_; }

  // Makes reads and writes go through TLS. The caller does the handshake.
  Tls& start_tls(std::shared_ptr<boost::asio::ssl::context> context) {
    context_ = std::move(context);
    return tls_.emplace(socket_, *context_);
  }

  // Returns null before start_tls.
  Tls* tls() { return tls_ ? &*tls_ : nullptr; }

  // async_initiate takes the token of a caller as an lvalue and moves it on itself.
  // NOLINTBEGIN(cppcoreguidelines-missing-std-forward)
  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, const Buffers& into) {
          if (tls_) {
            tls_->async_read_some(into, std::move(handler));
          } else {
            socket_.async_read_some(into, std::move(handler));
          }
        },
        token, buffers);
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, const Buffers& from) {
          if (tls_) {
            tls_->async_write_some(from, std::move(handler));
          } else {
            socket_.async_write_some(from, std::move(handler));
          }
        },
        token, buffers);
  }
  // NOLINTEND(cppcoreguidelines-missing-std-forward)

 private:
  Socket socket_;
  std::shared_ptr<boost::asio::ssl::context> context_;
  std::optional<Tls> tls_;
};

}  // namespace chatreports::http
