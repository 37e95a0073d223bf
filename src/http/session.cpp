#include "http/session.h"

#include <boost/asio/buffer.hpp>

#include "http/http1_session.h"

namespace chatreports::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds linger_time{1'000};
constexpr char tls_handshake = 0x16;  // the first byte of TLS

}  // namespace

// Keep the awaits here plain: see exchange.cpp.
asio::awaitable<void> Session::run(std::shared_ptr<asio::ssl::context> tls, bool is_full) {
  error_code ignored;
  connection_->stream.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  const bool can_talk = co_await begin_tls(tls);
  if (!can_talk) co_return;
  Http1Session session(shared_, *connection_);
  co_await session.run(is_full);
  if (connection_->abandoned.stop_requested()) co_return;
  co_await end_tls();
  connection_->end_sending();
}

asio::awaitable<bool> Session::begin_tls(std::shared_ptr<asio::ssl::context> tls) {
  if (!tls) co_return true;
  connection_->must_finish_within(shared_.options.request_timeout);
  // A client that uses plain HTTP gets a readable answer.
  char first = 0;
  const auto [unreadable, bytes] = co_await connection_->stream.socket().async_receive(
      asio::buffer(&first, 1), asio::ip::tcp::socket::message_peek, no_throw);
  if (unreadable) co_return false;
  if (first != tls_handshake) {
    Http1Session session(shared_, *connection_);
    const Refusal plain{400, 0, "this port takes HTTPS only"};
    co_return co_await session.refuse(plain);
  }
  Stream::Tls& stream = connection_->stream.start_tls(tls);
  const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, no_throw);
  co_return !error;
}

asio::awaitable<void> Session::end_tls() {
  Stream::Tls* tls = connection_->stream.tls();
  if (tls == nullptr) co_return;
  connection_->must_finish_within(linger_time);
  co_await tls->async_shutdown(no_throw);
}

}  // namespace chatreports::http
