#pragma once
// Requests and responses as the rest of the program sees them: plain values.

#include <compare>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_reader.h"

namespace chatreports::http {

// Whether two names or words of HTTP are the same: their letters may be of either case.
bool is_same_word(std::string_view left, std::string_view right);

struct Request {
  std::string method;  // "GET"
  std::string target;  // as sent: path and query
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // Asked to stop when nobody will read the answer: the peer has closed the connection, or the
  // server has given up on the request. A handler that takes long looks at it now and then.
  std::stop_token abandoned = {};
  // The asker that Handlers::share_of has found, for the handler. This folder only carries it.
  std::shared_ptr<const void> asker = nullptr;

  // Whether it may be answered in gzip.
  bool accepts_gzip() const;
  // The first header of that name, in any case; empty where there is none.
  std::string_view header(std::string_view name) const;
};

// Whose a request is, where threads are shared among those who ask. Numbers without a meaning here.
struct Share {
  std::uint64_t owner = 0;  // never has all threads
  std::uint64_t asker = 0;  // of the owner's: they are let in one after the other
  auto operator<=>(const Share&) const = default;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>>
      headers;  // Content-Length is added by the server
  std::string body;
};

// Each of these is called from several threads at once.

// Where it throws, the connection ends without an answer.
using Handler = std::function<Response(const Request&)>;

// Asked first, without waiting for a thread, so that health is told while everything is busy; what
// it does not answer goes to the others.
using UrgentHandler = std::function<std::optional<Response>(const Request&)>;

// Why a request is not handed on: it is malformed, passes a limit, or can't be served now.
struct Refusal {
  int status = 400;
  std::size_t limit = 0;    // how many bytes there may be, with 413 and 431
  std::string reason = {};  // for people; empty where the status says all
};

// The answer to a request that no handler sees.
using ErrorResponse = std::function<Response(const Refusal& refusal)>;

// For requests that are answered only when something else is done. It does not wait for that: it
// sees to it that `answer` is called once, from any thread, now or later.
struct LateHandler {
  std::function<bool(const Request& request)> is_for = [](const Request&) { return false; };
  std::function<void(const Request& request, std::function<void(Response)> answer)> handle = {};
};

// A request that may send a body of any size.
struct AdmittedStream {
  Share share;  // one owner can't have all places of bodies that are taken as they come
  // Reads the body, or does not, and answers. Reading fails where the body can't come whole. It is
  // called from a thread that does nothing else, so it may wait.
  std::function<Response(ByteReader& body)> handle;
};

// For requests whose body is of any size and taken as it comes.
struct StreamHandler {
  // Whether it is for this request, whose body is not there yet.
  std::function<bool(const Request& head)> is_for = [](const Request&) { return false; };
  // Decides from the head alone, before the request takes a place: admitted, or the answer. It
  // must not wait.
  std::function<std::expected<AdmittedStream, Response>(const Request& head)> admit = {};
};

struct Handlers {
  Handler handle;
  UrgentHandler urgent;
  ErrorResponse error_response;
  StreamHandler stream = {};
  LateHandler late = {};
  // Asked for each request that needs a thread, before it has one; so it must not wait. It may
  // leave what it finds in Request::asker.
  std::function<Share(Request& request)> share_of = [](Request&) { return Share{}; };
};

}  // namespace chatreports::http
