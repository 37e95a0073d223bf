#pragma once
// Requests and responses: plain values.

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chatreports::http {

// Compares names or words of HTTP without regard to case.
bool is_same_word(std::string_view left, std::string_view right);

// Takes the next element of a list in a header: returns it without blanks around it, and removes it
// and its separator from `rest`.
std::string_view next_part(std::string_view& rest, char separator);

struct Request {
  std::string method;  // "GET"
  std::string target;  // as sent: path and query
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // Asked to stop when nobody will read the answer: the peer has closed the connection, or the
  // server has given up on the request. A handler that takes long polls it.
  std::stop_token abandoned = {};

  // Returns the quality, from 0 to 1, that a header such as Accept gives a value: `gzip;q=0.5, br`.
  // It is 1 if it is not given or can't be read. Returns nothing if the header does not name the
  // value. Lines of that name are one list.
  std::optional<double> quality(std::string_view name, std::string_view value) const;
  // Returns whether the answer may be in gzip.
  bool accepts_gzip() const;
  // Returns the first header of that name, in any case; empty if there is none.
  std::string_view header(std::string_view name) const;
};

struct Response {
  int status = 200;
  // The server adds Content-Length, Connection and Date.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// Why the server refuses a request: it is malformed, exceeds a limit, or can't be served now.
struct Refusal {
  int status = 400;
  std::size_t limit = 0;    // bytes allowed, with 413 and 431
  std::string reason = {};  // for people; empty if the status says all
};

}  // namespace chatreports::http
