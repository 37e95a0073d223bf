#pragma once
// The head of a request of HTTP/2, from its fields: RFC 9113, section 8.3.

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "http/head.h"
#include "http/message.h"

namespace chatreports::http {

// Returns the bytes of memory that a field takes: RFC 9113, section 6.5.2.
constexpr std::size_t bytes_of_field(std::string_view name, std::string_view value) {
  return name.size() + value.size() + 32;
}

// The caller has checked what RFC 9113 calls malformed: names and values are well formed, the
// fields that begin with a colon are complete, and none is there twice.
class Http2HeadReader {
 public:
  explicit Http2HeadReader(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Stores nothing beyond the limit.
  void add(std::string_view name, std::string_view value);
  bool is_too_large() const { return is_too_large_; }
  // Returns the bytes of memory that the head takes.
  std::size_t bytes() const { return bytes_; }
  // Call once, after the last field.
  std::expected<Head, Refusal> head();

 private:
  const std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  bool is_too_large_ = false;
  bool expects_something_else_ = false;
  std::string authority_;
  std::string scheme_;
  Head head_;
};

}  // namespace chatreports::http
