#pragma once
// Parses the head of a request: its fields, and how its body is framed. As strict as RFC 9112
// allows, so that a proxy in front never sees other requests in the same bytes.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "http/message.h"

namespace chatreports::http {

// How the end of a body is marked.
struct Framing {
  bool is_chunked = false;
  std::uint64_t length = 0;  // if it is not chunked

  bool has_body() const { return is_chunked || length > 0; }
  bool operator==(const Framing&) const = default;
};

struct Head {
  Request request;  // its body is empty; its target is a path with a query, or `*`
  Framing framing;
  bool is_http_1_1 = true;        // else HTTP/1.0
  bool keep_alive = true;         // the peer wants to reuse the connection
  bool expects_continue = false;  // the peer waits for `100 Continue` before it sends the body
};

// Finds a head in the bytes of a connection, however packets split them.
class HeadFinder {
 public:
  // Returns the length of the head at the start of `bytes`, with its empty line; nothing if it is
  // incomplete. Each call gives the bytes of the last one and more. Fails if they can't begin a
  // head.
  std::expected<std::optional<std::size_t>, Refusal> find(std::string_view bytes,
                                                          std::size_t max_bytes);

 private:
  std::size_t method_bytes_ = 0;  // that were checked
  std::size_t searched_ = 0;      // bytes that hold no empty line
  std::size_t first_line_ = 0;    // its length; 0 while it is incomplete
};

// `head` is complete: it ends with its empty line.
std::expected<Head, Refusal> parse_head(std::string_view head);

}  // namespace chatreports::http
