#pragma once
// The reads and writes of a connection's coroutine. None holds a thread while it waits.

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "http/connection.h"
#include "http/message.h"

namespace chatreports::http {

inline constexpr auto no_throw = boost::asio::as_tuple(boost::asio::use_awaitable);

class Wire {
 public:
  struct Limits {
    std::chrono::milliseconds piece_time;     // see least_piece_bytes
    std::function<std::int64_t()> unix_time;  // seconds since 1970; empty: answers have no Date
  };
  // A slow peer gets the whole answer if it takes this much in each piece_time.
  static constexpr std::uint64_t least_piece_bytes = std::uint64_t{64} << 10;
  // What a peer still sends after an early answer is discarded for this time.
  static constexpr std::chrono::milliseconds linger_time{1'000};

  explicit Wire(Limits limits) : limits_(std::move(limits)) {}

  struct Answering {
    bool is_http_1_1 = true;
    bool is_head = false;
    bool keep_alive = true;
  };

  // Reads at least one byte, and at most `most`, into the connection's buffer. Any error ends the
  // connection; a missed deadline is one.
  boost::asio::awaitable<boost::system::error_code> read_more(Connection& connection,
                                                              std::size_t most);
  // Writes as many of the bytes as the socket takes at once, and returns how many: none over TLS,
  // or after an error.
  std::size_t write_at_once(Connection& connection, std::string_view bytes);
  // Returns false if the connection is at its end.
  boost::asio::awaitable<bool> write(Connection& connection, const Response& response,
                                     const Answering& answering);
  // Sends `100 Continue`. Returns false if the peer is gone.
  boost::asio::awaitable<bool> invite_body(Connection& connection);
  // Answers before the request is read to its end, and ends the connection. Discards what the peer
  // sends for a while, so that it can still read the answer.
  boost::asio::awaitable<void> refuse(Connection& connection, const Response& response,
                                      bool is_head);
  // Ends the sending side, and discards what the peer sends for a while.
  boost::asio::awaitable<void> linger(Connection& connection);
  // Call after bytes were written past this class.
  void count_written(Connection& connection, std::size_t bytes);
  // Bytes over all connections, without those of TLS. Any thread.
  struct Traffic {
    std::atomic<std::uint64_t> read = 0;
    std::atomic<std::uint64_t> written = 0;
  };
  const Traffic& traffic() const { return traffic_; }
  // Returns the Date of an answer; empty if the server has no clock. Valid until the next call on
  // this thread.
  std::string_view date() const;

 private:
  boost::asio::awaitable<bool> write_bytes(Connection& connection, std::string_view head,
                                           std::string_view body);

  const Limits limits_;
  Traffic traffic_;
};

}  // namespace chatreports::http
