#include "http/wire.h"

#include <array>
#include <boost/asio/write.hpp>

#include "http/response_head.h"

namespace chatreports::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t linger_bytes = std::size_t{1} << 20;
constexpr std::size_t thrown_away_bytes = 4'096;

// The part of an answer that is not in the socket yet.
struct Unwritten {
  std::string_view head;
  std::string_view body;
  std::array<asio::const_buffer, 2> buffers() const {
    return {asio::buffer(head), asio::buffer(body)};
  }
  bool empty() const { return head.empty() && body.empty(); }
  void take(std::size_t size) {
    const std::size_t of_head = std::min(size, head.size());
    head.remove_prefix(of_head);
    body.remove_prefix(size - of_head);
  }
};

// Writes as much as the socket takes at once: on a busy server, each await waits behind hundreds of
// others. Over TLS it writes nothing.
error_code write_what_fits(Connection& connection, Unwritten& unwritten) {
  if (connection.stream.tls() != nullptr) return {};
  Stream::Socket& socket = connection.stream.socket();
  error_code error;
  if (!socket.non_blocking()) socket.non_blocking(true, error);
  while (!error && !unwritten.empty()) {
    unwritten.take(socket.write_some(unwritten.buffers(), error));
  }
  if (error == asio::error::would_block || error == asio::error::try_again) return {};
  return error;
}

}  // namespace

std::string_view Wire::date() const {
  if (!limits_.unix_time) return {};
  // Formatted once a second, not for each answer.
  thread_local std::int64_t second = -1;
  thread_local std::string text;
  if (const std::int64_t now = limits_.unix_time(); now != second) {
    text = imf_fixdate(now);
    second = now;
  }
  return text;
}

asio::awaitable<error_code> Wire::read_more(Connection& connection, std::size_t most) {
  // The deadline may have passed while nothing was read or written.
  if (connection.timed_out || connection.abandoned.stop_requested()) {
    co_return asio::error::operation_aborted;
  }
  const std::span<char> room = connection.buffer.room(most);
  const auto [error, bytes] =
      co_await connection.stream.async_read_some(asio::buffer(room.data(), room.size()), no_throw);
  connection.buffer.add(bytes);
  traffic_.read += bytes;
  co_return error;
}

std::size_t Wire::write_at_once(Connection& connection, std::string_view bytes) {
  Unwritten unwritten{{}, bytes};
  write_what_fits(connection, unwritten);
  const std::size_t written = bytes.size() - unwritten.body.size();
  count_written(connection, written);
  return written;
}

asio::awaitable<bool> Wire::write_bytes(Connection& connection, std::string_view head,
                                        std::string_view body) {
  Unwritten unwritten{head, body};
  const error_code error = write_what_fits(connection, unwritten);
  count_written(connection,
                head.size() + body.size() - unwritten.head.size() - unwritten.body.size());
  if (error) co_return false;
  if (unwritten.empty()) co_return true;
  connection.must_take_within(limits_.piece_time, least_piece_bytes);
  const WaitingBytes waiting(connection, body.size());
  // Keep the await plain: see exchange.cpp.
  while (!unwritten.empty()) {
    const auto buffers = unwritten.buffers();
    const auto [failure, bytes] = co_await connection.stream.async_write_some(buffers, no_throw);
    count_written(connection, bytes);
    unwritten.take(bytes);
    if (failure) co_return false;
  }
  co_return true;
}

void Wire::count_written(Connection& connection, std::size_t bytes) {
  traffic_.written += bytes;
  connection.written_bytes += bytes;
}

asio::awaitable<bool> Wire::write(Connection& connection, const Response& response,
                                  const Answering& answering) {
  const ResponseFrame frame{answering.is_http_1_1, answering.keep_alive, date()};
  const std::string head = response_head(response, frame);
  const bool has_body = !answering.is_head && may_have_body(response.status);
  const std::string_view body = has_body ? std::string_view(response.body) : std::string_view();
  const bool written = co_await write_bytes(connection, head, body);
  co_return written&& answering.keep_alive;
}

asio::awaitable<bool> Wire::invite_body(Connection& connection) {
  const std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  const auto [error, bytes] =
      co_await asio::async_write(connection.stream, asio::buffer(go_on), no_throw);
  co_return !error;
}

asio::awaitable<void> Wire::refuse(Connection& connection, const Response& response, bool is_head) {
  connection.must_finish_within(linger_time);
  const Answering answering{true, is_head, false};
  const bool written = co_await write(connection, response, answering);
  (void)written;  // the connection ends either way
  co_await linger(connection);
}

asio::awaitable<void> Wire::linger(Connection& connection) {
  connection.must_finish_within(linger_time);
  connection.end_sending();
  std::array<char, thrown_away_bytes> thrown_away{};
  for (std::size_t total = 0; total < linger_bytes && !connection.timed_out;) {
    const auto [error, bytes] =
        co_await connection.stream.async_read_some(asio::buffer(thrown_away), no_throw);
    if (error) break;
    total += bytes;
  }
}

}  // namespace chatreports::http
