#include "http/head.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <exception>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

#include "http/authority.h"

namespace chatreports::http {
namespace {

// Browsers send some fifteen; more make the list grow.
constexpr std::size_t most_headers_mostly = 16;

namespace beast = boost::beast;
using beast::iequals;

constexpr std::string_view known_version = "HTTP/1.";

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

bool is_token_letter(char letter) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return is_digit(letter) || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         marks.find(letter) != marks.npos;
}

std::unexpected<Refusal> refused(int status, std::string reason) {
  return std::unexpected(Refusal{status, 0, std::move(reason)});
}

std::unexpected<Refusal> not_http() {
  return refused(400, "the request does not begin with a line such as GET / HTTP/1.1");
}

// Returns why `line`, which has no line feed, can't be a request line of HTTP/1.
std::optional<Refusal> fault_of_request_line(std::string_view line) {
  const std::size_t space = line.rfind(' ');
  if (!line.ends_with('\r') || space == line.npos) return not_http().error();
  std::string_view version = line.substr(space + 1);
  version.remove_suffix(1);
  const bool is_version = version.size() == known_version.size() + 1 &&
                          version.starts_with("HTTP/") && is_digit(version[5]) &&
                          version[6] == '.' && is_digit(version[7]);
  if (!is_version) return not_http().error();
  if (!version.starts_with(known_version))
    return refused(505, "the HTTP version must be 1.1").error();
  return std::nullopt;
}

// A later version of HTTP/1 is answered as 1.1: RFC 9110, section 2.5. Beast refuses it.
std::string with_known_version(std::string_view head) {
  std::string known(head);
  known[known.find("\r\n") - 1] = '1';
  return known;
}

// The fields that mark the end of the body.
class FramingFields {
 public:
  void take(std::string_view name, std::string_view value) {
    if (iequals(name, "Content-Length")) {
      ++lengths_;
      length_ = value;
    } else if (iequals(name, "Transfer-Encoding")) {
      ++codings_;
      coding_ = value;
    }
  }

  std::expected<Framing, Refusal> framing(bool is_http_1_1) const {
    if (codings_ > 0) {
      // Each of these smuggles requests past a proxy that reads them in another way.
      if (lengths_ > 0)
        return refused(400, "Transfer-Encoding and Content-Length exclude each other");
      if (!is_http_1_1) return refused(400, "HTTP/1.0 has no Transfer-Encoding");
      if (codings_ > 1) return refused(400, "Transfer-Encoding must be given once, as chunked");
      if (iequals(coding_, "chunked")) return Framing{true, 0};
      if (ends_chunked(coding_)) return refused(501, "Transfer-Encoding must be chunked alone");
      return refused(400, "Transfer-Encoding must be chunked");
    }
    if (lengths_ == 0) return Framing{};
    const std::optional<std::uint64_t> length = number(length_);
    if (lengths_ > 1 || !length) return refused(400, "Content-Length must be one whole number");
    return Framing{false, *length};
  }

 private:
  static bool ends_chunked(std::string_view codings) {
    const std::size_t comma = codings.rfind(',');
    if (comma == codings.npos) return false;
    std::string_view last = codings.substr(comma + 1);
    last.remove_prefix(std::min(last.find_first_not_of(" \t"), last.size()));
    // Chunked twice is an error, not an unknown coding.
    const std::string_view first = codings.substr(0, codings.find(','));
    return iequals(last, "chunked") && !iequals(first, "chunked");
  }
  static std::optional<std::uint64_t> number(std::string_view text) {
    if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
    std::uint64_t value = 0;
    for (const char digit : text) {
      const auto units = static_cast<std::uint64_t>(digit - '0');
      // More than any limit, so it is refused as too large.
      if (value > (std::numeric_limits<std::uint64_t>::max() - units) / 10) {
        return std::numeric_limits<std::uint64_t>::max();
      }
      value = value * 10 + units;
    }
    return value;
  }

  int lengths_ = 0;
  int codings_ = 0;
  std::string_view length_;
  std::string_view coding_;
};

// Turns the target into a path or `*`, whatever its form, and checks Host.
std::optional<Refusal> settle_target(Request& request, bool is_http_1_1) {
  const auto is_host = [](const auto& field) { return iequals(field.first, "Host"); };
  const auto hosts = std::ranges::count_if(request.headers, is_host);
  if (hosts > 1 || (hosts == 0 && is_http_1_1)) {
    return refused(400, "Host must be given once").error();
  }
  const auto host = std::ranges::find_if(request.headers, is_host);
  if (hosts == 1 && !host->second.empty() && !is_authority(host->second)) {
    return refused(400, "Host must be a name or an address, with or without a port").error();
  }
  if (request.method == "CONNECT") return refused(501, "this server is not a proxy").error();
  if (request.target.starts_with('/')) return std::nullopt;
  if (request.target == "*" && request.method == "OPTIONS") return std::nullopt;
  std::optional<AbsoluteTarget> absolute = split_absolute_target(request.target);
  if (!absolute) {
    return refused(400, "the target must be a path, or begin with http:// or https://").error();
  }
  if (absolute->path.empty()) absolute->path = request.method == "OPTIONS" ? "*" : "/";
  request.target = absolute->path;
  // The host in the target overrides the field: RFC 9112, section 3.2.2.
  if (hosts == 1) host->second = absolute->authority;
  if (hosts == 0) request.headers.emplace_back("Host", absolute->authority);
  return std::nullopt;
}

}  // namespace

std::expected<std::optional<std::size_t>, Refusal> HeadFinder::find(std::string_view bytes,
                                                                    std::size_t max_bytes) {
  const std::string_view allowed = bytes.substr(0, max_bytes);
  const std::string_view method = allowed.substr(0, allowed.find(' '));
  if (method.empty() && !allowed.empty()) return not_http();
  const std::string_view unseen = method.substr(std::min(method_bytes_, method.size()));
  if (!std::ranges::all_of(unseen, is_token_letter)) return not_http();
  method_bytes_ = method.size();
  // A bare line feed ends a line, too, and is refused.
  for (std::size_t at = allowed.find('\n', searched_); at != allowed.npos;
       at = allowed.find('\n', at + 1)) {
    if (first_line_ == 0) {
      first_line_ = at;
      if (auto fault = fault_of_request_line(allowed.substr(0, at))) {
        return std::unexpected(*std::move(fault));
      }
    }
    const std::string_view rest = allowed.substr(at + 1);
    if (rest.starts_with("\r\n")) return at + 3;
    if (rest.starts_with('\n')) return refused(400, "a line must end with CR and LF");
  }
  // The last two bytes may begin the empty line.
  searched_ = allowed.size() < 2 ? 0 : allowed.size() - 2;
  if (bytes.size() >= max_bytes) return std::unexpected(Refusal{431, max_bytes, {}});
  return std::nullopt;
}

std::expected<Head, Refusal> parse_head(std::string_view bytes) {
  std::string changed;
  const std::string_view line = bytes.substr(0, bytes.find("\r\n"));
  if (line.empty()) return not_http();
  if (line.back() != '0' && line.back() != '1') {
    changed = with_known_version(bytes);
    bytes = changed;
  }
  beast::http::request_parser<beast::http::empty_body> parser;
  parser.header_limit(std::numeric_limits<std::uint32_t>::max());
  parser.body_limit(boost::none);
  boost::system::error_code error;
  std::size_t parsed = 0;
  try {
    parsed = parser.put(boost::asio::buffer(bytes), error);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::length_error&) {
    return refused(431, "a field is too long");
  } catch (const std::exception&) {
    // An assertion within the library, see boost_assertion.cpp.
    return refused(400, "the head can't be read");
  }
  if (error || !parser.is_header_done() || parsed != bytes.size()) {
    return refused(
        400, fmt::format("the head can't be read ({})", error ? error.message() : "bad line"));
  }
  Head head;
  const auto& message = parser.get();
  head.is_http_1_1 = message.version() == 11;
  head.keep_alive = message.keep_alive();
  head.request.method = message.method_string();
  head.request.target = message.target();
  FramingFields framing;
  bool expects_something_else = false;
  head.request.headers.reserve(most_headers_mostly);
  for (const auto& field : message) {
    const std::string_view name = field.name_string();
    const std::string_view value = field.value();
    framing.take(name, value);
    if (iequals(name, "Expect") && head.is_http_1_1) {
      (iequals(value, "100-continue") ? head.expects_continue : expects_something_else) = true;
    }
    head.request.headers.emplace_back(name, value);
  }
  auto framed = framing.framing(head.is_http_1_1);
  if (!framed) return std::unexpected(std::move(framed.error()));
  head.framing = *framed;
  if (auto fault = settle_target(head.request, head.is_http_1_1)) {
    return std::unexpected(*std::move(fault));
  }
  if (expects_something_else) return refused(417, "Expect must be 100-continue");
  return head;
}

}  // namespace chatreports::http
