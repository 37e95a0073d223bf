#include "http/http2_head.h"

#include <charconv>
#include <limits>
#include <utility>

#include "http/authority.h"

namespace chatreports::http {
namespace {

std::unexpected<Refusal> refused(int status, std::string reason) {
  return std::unexpected(Refusal{status, 0, std::move(reason)});
}

// A number that is too large for its type is more than any limit.
std::uint64_t length_of(std::string_view digits) {
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  return error == std::errc() ? length : std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

void Http2HeadReader::add(std::string_view name, std::string_view value) {
  const std::size_t bytes = bytes_of_field(name, value);
  if (is_too_large_ || bytes > max_bytes_ - bytes_) {
    is_too_large_ = true;
    return;
  }
  bytes_ += bytes;
  Request& request = head_.request;
  if (name == ":method") {
    request.method = value;
  } else if (name == ":path") {
    request.target = value;
  } else if (name == ":authority") {
    authority_ = value;
  } else if (name == ":scheme") {
    scheme_ = value;
  } else if (!name.starts_with(':')) {
    if (name == "content-length") head_.framing.length = length_of(value);
    if (name == "expect") {
      (is_same_word(value, "100-continue") ? head_.expects_continue : expects_something_else_) =
          true;
    }
    request.headers.emplace_back(name, value);
  }
}

std::expected<Head, Refusal> Http2HeadReader::head() {
  if (is_too_large_) return std::unexpected(Refusal{431, max_bytes_, {}});
  Request& request = head_.request;
  if (request.method == "CONNECT") return refused(501, "this server is not a proxy");
  if (!is_same_word(scheme_, "http") && !is_same_word(scheme_, "https")) {
    return refused(400, ":scheme must be http or https");
  }
  const bool is_asterisk = request.target == "*" && request.method == "OPTIONS";
  if (!request.target.starts_with('/') && !is_asterisk) {
    return refused(400, ":path must begin with /");
  }
  const std::string_view host = request.header("host");
  const std::string_view authority = authority_.empty() ? host : authority_;
  if (!authority.empty() && !is_authority(authority)) {
    return refused(400, ":authority must be a name or an address, with or without a port");
  }
  if (!authority_.empty() && !host.empty() && !is_same_word(authority_, host)) {
    return refused(400, ":authority and Host must be the same");
  }
  if (expects_something_else_) return refused(417, "Expect must be 100-continue");
  if (host.empty()) request.headers.emplace_back("host", authority_);
  return std::move(head_);
}

}  // namespace chatreports::http
