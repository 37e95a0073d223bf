#pragma once
// The head of a request: from its bytes to a Request and to how its body is framed. Strict, as
// RFC 9112 asks of a server, so that no proxy before it can see other requests in the same bytes.
// head.cpp is the only file that includes Boost.Beast.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "http/message.h"

namespace chatreports::http {

// How a body's end is told.
struct Framing {
  bool is_chunked = false;
  std::uint64_t length = 0;  // where it is not chunked

  bool has_body() const { return is_chunked || length > 0; }
  bool operator==(const Framing&) const = default;
};

struct Head {
  Request request;  // its body is empty; its target is a path with a query, or `*`
  Framing framing;
  bool is_http_1_1 = true;        // else HTTP/1.0
  bool keep_alive = true;         // the peer wants the connection to stay
  bool expects_continue = false;  // it waits for `100 Continue` before it sends the body
};

// Finds the heads in a connection's bytes, however they come in packets.
class HeadFinder {
 public:
  // The length of the head that `bytes` begin with, with its empty line; nothing where it has not
  // come whole. `bytes` begin as they did the last time, with more behind them. The error says
  // that no head can come of them.
  std::expected<std::optional<std::size_t>, Refusal> find(std::string_view bytes,
                                                          std::size_t max_bytes);

 private:
  std::size_t method_bytes_ = 0;  // that can be a method
  std::size_t searched_ = 0;      // bytes without an empty line
  std::size_t first_line_ = 0;    // its length; 0 where it has not come whole
};

// `head` is whole: it ends with its empty line.
std::expected<Head, Refusal> parse_head(std::string_view head);

}  // namespace chatreports::http
