#pragma once
// The reads and writes of a connection's coroutine. Each returns when it is done, without holding a
// thread while it waits.

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
    std::function<std::int64_t()> unix_time;  // empty: answers carry no Date
  };
  // A peer that reads slowly gets the whole answer as long as it takes so much in each piece_time.
  static constexpr std::uint64_t least_piece_bytes = std::uint64_t{64} << 10;

  explicit Wire(Limits limits) : limits_(std::move(limits)) {}

  struct Answering {
    bool is_http_1_1 = true;
    bool is_head = false;
    bool keep_alive = true;
  };

  // Waits for at least one byte more in the connection's buffer, `most` at the most. The error is
  // any that ends the connection, its deadline as well.
  boost::asio::awaitable<boost::system::error_code> read_more(Connection& connection,
                                                              std::size_t most);
  // False where the connection is at its end.
  boost::asio::awaitable<bool> write(Connection& connection, const Response& response,
                                     const Answering& answering);
  // Tells a peer that asked whether to send its body to do so. False where it is gone.
  boost::asio::awaitable<bool> invite_body(Connection& connection);
  // Answers before the request is read to its end, and ends the connection so that the answer can
  // still be read: what the peer goes on sending is taken and thrown away for a while.
  boost::asio::awaitable<void> refuse(Connection& connection, const Response& response,
                                      bool is_head);

 private:
  boost::asio::awaitable<bool> write_bytes(Connection& connection, std::string_view head,
                                           std::string_view body);
  std::string_view date() const;

  const Limits limits_;
};

}  // namespace chatreports::http
