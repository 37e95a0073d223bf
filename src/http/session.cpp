#include "http/session.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "http/http2_session.h"
#include "http/tls.h"

namespace chatreports::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds linger_time{1'000};
constexpr char tls_handshake = 0x16;  // the first byte of TLS
constexpr std::string_view preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

}  // namespace

// Keep the awaits here plain: see exchange.cpp.
asio::awaitable<void> Session::run(std::shared_ptr<asio::ssl::context> tls, bool is_full) {
  error_code ignored;  // a socket of a Unix domain has no such option
  connection_->stream.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  const bool can_talk = co_await begin_tls(tls);
  if (!can_talk) co_return;
  const std::optional<bool> choice = co_await is_http2(is_full);
  if (!choice) co_return;
  std::shared_ptr<Http2Session> http2;
  if (*choice) http2 = std::make_shared<Http2Session>(shared_, connection_, is_full);
  asio::awaitable<void> serving = http2 ? http2->run() : http1_.run(is_full);
  co_await std::move(serving);
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
      asio::buffer(&first, 1), asio::socket_base::message_peek, no_throw);
  if (unreadable) co_return false;
  if (first != tls_handshake) {
    const Refusal plain{400, 0, "this port takes HTTPS only"};
    co_return co_await http1_.refuse(plain);
  }
  Stream::Tls& stream = connection_->stream.start_tls(tls);
  const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, no_throw);
  co_return !error;
}

asio::awaitable<std::optional<bool>> Session::is_http2(bool is_full) {
  Stream::Tls* tls = connection_->stream.tls();
  if (tls != nullptr) co_return has_chosen_http2(tls->native_handle());
  // A connection that is refused is not waited for.
  if (shared_.options.max_http2_requests == 0 || is_full) co_return false;
  const bool has_begun = co_await http1_.wait_for_request();
  if (!has_begun) co_return std::nullopt;
  const InputBuffer& buffer = connection_->buffer;
  connection_->idle = false;
  connection_->must_finish_within(shared_.options.request_timeout);
  while (buffer.bytes().size() < preface.size() && preface.starts_with(buffer.bytes())) {
    const error_code error = co_await shared_.wire.read_more(*connection_, preface.size());
    if (error) co_return false;
  }
  co_return buffer.bytes().starts_with(preface);
}

asio::awaitable<void> Session::end_tls() {
  Stream::Tls* tls = connection_->stream.tls();
  if (tls == nullptr) co_return;
  connection_->must_finish_within(linger_time);
  co_await tls->async_shutdown(no_throw);
}

}  // namespace chatreports::http
