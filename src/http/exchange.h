#pragma once
// One request and its answer, whichever protocol carries them: admission, the limits of a body,
// slots, handlers. Lives in a coroutine of the connection's strand.

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <stop_token>
#include <string>

#include "http/admission.h"
#include "http/body_pipe.h"
#include "http/connection.h"
#include "http/held_bytes.h"
#include "http/message.h"
#include "http/shared.h"

namespace chatreports::http {

// The body of a request, as its protocol receives it.
class IncomingBody {
 public:
  virtual ~IncomingBody() = default;

  // Returns the length that the head announces; 0 if it announces none.
  virtual std::uint64_t announced() const = 0;
  // Call before the first take(): a body of more than `most` bytes is refused.
  virtual void limit(std::size_t most) = 0;

  // Returns whether the body has come whole and is taken.
  virtual bool is_at_end() const = 0;
  // Appends to `content` what has come.
  virtual std::expected<void, Refusal> take(std::string& content) = 0;
  // Waits until more has come. Fails if the peer is gone, or after the time that was set.
  virtual boost::asio::awaitable<boost::system::error_code> wait_for_more(std::size_t most) = 0;
  // Until this is called, the protocol's time for a whole request counts.
  virtual void must_come_within(std::chrono::milliseconds time) = 0;
  // Returns why wait_for_more() has failed: 408, or status 0 if there is nobody to answer.
  virtual Refusal failure() const = 0;
};

struct Answer {
  Response response;
  bool is_early = false;  // the request was not read to its end, and will not be
};

// The thread on which handlers in slots run.
enum class HandlerThread : std::uint8_t {
  own,      // the connection's: it does nothing else meanwhile
  another,  // so that the connection's other requests go on
};

// Lives as long as the request.
class Exchange {
 public:
  // The request is given up once `abandoned` is asked to stop.
  Exchange(Shared& shared, Connection& connection, IncomingBody& body, std::stop_token abandoned,
           HandlerThread thread)
      : shared_(shared),
        connection_(connection),
        body_(body),
        abandoned_(std::move(abandoned)),
        thread_(thread),
        held_(connection.requests) {}

  // Reads what is left of the request, and returns the answer; nothing if nobody waits for it. Call
  // once.
  boost::asio::awaitable<std::optional<Answer>> answer(Request& request);
  // Returns the answer to a request that is refused as its head comes, which is null if it can't be
  // read; nothing if the status is 0.
  static std::optional<Answer> refused(const Shared& shared, const Refusal& refusal,
                                       const Request* head);

 private:
  template <class Value>
  using Awaitable = boost::asio::awaitable<Value>;

  // Reads the body to its end, then answers. `Kind` is Inline, InSlot or Deferred.
  template <class Kind>
  Awaitable<std::optional<Answer>> answer_whole(Request& request, const Kind& kind);
  Awaitable<std::optional<Answer>> answer_streamed(const Streamed& streamed);
  Awaitable<std::optional<Answer>> reject(const Rejected& rejected);

  // Returns why the body can't be read to its end.
  Awaitable<std::optional<Refusal>> read_whole(std::string& content);

  // How reading a streamed body ended.
  struct Fed {
    bool is_whole = false;           // else the handler has answered before, or reading failed
    std::optional<Refusal> failure;  // with status 0 if there is nobody to answer
  };
  Awaitable<Fed> feed(BodyPipe& pipe);
  // Sets how the body was read and what the handler answers. Returns false if it got no slot.
  Awaitable<bool> stream(const Streamed& streamed, Fed& fed, Response& response);

  Awaitable<Response> respond(Request& request, const Inline& handler);
  Awaitable<Response> respond(Request& request, const InSlot& handler);
  Awaitable<Response> respond(Request& request, const Deferred& handler);
  Response call(Request& request, const InSlot& handler);
  Awaitable<Response> call_elsewhere(Request& request, const InSlot& handler);

  bool is_abandoned() const { return abandoned_.stop_requested(); }
  std::optional<Answer> refused(const Refusal& refusal) const {
    return refused(shared_, refusal, request_);
  }

  Shared& shared_;
  Connection& connection_;
  IncomingBody& body_;
  const std::stop_token abandoned_;
  const HandlerThread thread_;
  HeldBytes held_;  // of the body
  const Request* request_ = nullptr;
  Admission admission_;
};

}  // namespace chatreports::http
